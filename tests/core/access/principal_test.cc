#include "core/access/principal.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

using access::Action;
using access::allows;
using access::Role;
using access::Scope;

TEST_CASE("each role allows what its row says") {
    CHECK(allows(Role::owner, Action::administer));
    CHECK(allows(Role::admin, Action::administer));
    CHECK(allows(Role::member, Action::publish));
    CHECK_FALSE(allows(Role::member, Action::administer));
    CHECK(allows(Role::viewer, Action::read));
    CHECK_FALSE(allows(Role::viewer, Action::write));
    CHECK_FALSE(allows(Role::viewer, Action::publish));
}

TEST_CASE("each scope includes those before it and nothing more") {
    CHECK(allows(Scope::read, Action::read));
    CHECK_FALSE(allows(Scope::read, Action::write));
    CHECK(allows(Scope::draft, Action::write));
    CHECK_FALSE(allows(Scope::draft, Action::publish));
    CHECK(allows(Scope::publish, Action::publish));
    CHECK_FALSE(allows(Scope::publish, Action::administer));
    CHECK(allows(Scope::admin, Action::administer));
}

TEST_CASE("role and scope must both allow") {
    access::Principal principal;
    principal.role = Role::viewer;
    principal.scope = Scope::admin;
    CHECK_FALSE(allows(principal, Action::write));

    principal.role = Role::owner;
    principal.scope = Scope::read;
    CHECK_FALSE(allows(principal, Action::write));

    principal.scope = Scope::draft;
    CHECK(allows(principal, Action::write));
}

TEST_CASE("a principal made of nothing may at most look") {
    const access::Principal nobody;

    CHECK_FALSE(allows(nobody, Action::write));
    CHECK_FALSE(nobody.is_local_owner);
}

TEST_CASE("names go there and back") {
    for (const auto role : {Role::owner, Role::admin, Role::member, Role::viewer})
        CHECK(access::role_of(access::name(role)) == role);
    for (const auto scope : {Scope::read, Scope::draft, Scope::publish, Scope::admin})
        CHECK(access::scope_of(access::name(scope)) == scope);
    CHECK(access::name(Action::administer) == "administer");
    CHECK_FALSE(access::role_of("root"));
    CHECK_FALSE(access::scope_of(""));
    CHECK(access::scope_names().size() == 4);
}

}  // namespace
}  // namespace caas
