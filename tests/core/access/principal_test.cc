#include "core/access/principal.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

using access::Action;
using access::allows;
using access::Role;
using access::Scope;

constexpr std::array all_roles{Role::owner, Role::admin, Role::member, Role::viewer};
constexpr std::array all_scopes{Scope::read, Scope::draft, Scope::publish, Scope::admin};

TEST_CASE("each role allows what its column says") {
    for (const auto action :
         {Action::manage_accounts,
          Action::manage_workspaces,
          Action::manage_tokens,
          Action::manage_members,
          Action::manage_organization,
          Action::read_audit}) {
        CAPTURE(access::name(action));
        CHECK(allows(Role::owner, action));
        CHECK(allows(Role::admin, action));
        CHECK_FALSE(allows(Role::member, action));
        CHECK_FALSE(allows(Role::viewer, action));
    }
    CHECK(allows(Role::member, Action::publish));
    CHECK(allows(Role::viewer, Action::read));
    CHECK(allows(Role::viewer, Action::read_members));
    CHECK(allows(Role::viewer, Action::manage_self));
    CHECK(allows(Role::viewer, Action::manage_own_tokens));
    CHECK_FALSE(allows(Role::viewer, Action::write));
    CHECK_FALSE(allows(Role::viewer, Action::publish));
}

TEST_CASE("only owners transfer and delete an organization, and no role administers all") {
    for (const auto action : {Action::transfer, Action::delete_organization}) {
        CHECK(allows(Role::owner, action));
        CHECK_FALSE(allows(Role::admin, action));
    }
    for (const auto role : all_roles)
        CHECK_FALSE(allows(role, Action::administer_installation));
}

TEST_CASE("each scope includes those before it and nothing more") {
    CHECK(allows(Scope::read, Action::read));
    CHECK_FALSE(allows(Scope::read, Action::write));
    CHECK(allows(Scope::draft, Action::write));
    CHECK_FALSE(allows(Scope::draft, Action::publish));
    CHECK_FALSE(allows(Scope::draft, Action::manage_own_tokens));
    CHECK(allows(Scope::publish, Action::manage_own_tokens));
    CHECK(allows(Scope::publish, Action::publish));
    CHECK_FALSE(allows(Scope::publish, Action::manage_accounts));
    CHECK_FALSE(allows(Scope::publish, Action::manage_self));
    for (const auto& row : access::permissions())
        CHECK(allows(Scope::admin, row.action));
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

TEST_CASE("a token for one workspace does nothing to its organization") {
    access::Principal principal;
    principal.role = Role::owner;
    principal.scope = Scope::admin;
    principal.is_installation_owner = true;
    principal.is_bound = true;
    principal.organization = OrganizationId("o");
    for (const auto& row : access::permissions()) {
        CAPTURE(row.name);
        CHECK(allows(principal, row.action) == (row.reach == access::Reach::workspace));
    }
    CHECK(
        access::refusal(principal, Action::manage_members).hint() ==
        "use a token for all workspaces");
}

TEST_CASE("the owner of the installation administers it, with a token that is wide enough") {
    access::Principal principal;
    principal.role = Role::owner;
    principal.scope = Scope::admin;
    CHECK_FALSE(allows(principal, Action::administer_installation));

    principal.is_installation_owner = true;
    CHECK(allows(principal, Action::administer_installation));
    principal.role = Role::viewer;  // of the organization they look at just now
    CHECK(allows(principal, Action::administer_installation));
    principal.scope = Scope::publish;
    CHECK_FALSE(allows(principal, Action::administer_installation));
}

TEST_CASE("a principal made of nothing may at most look") {
    const access::Principal nobody;

    for (const auto& row : access::permissions()) {
        CAPTURE(row.name);
        const bool looks = row.action == Action::read || row.action == Action::read_members;
        CHECK(allows(nobody, row.action) == looks);
    }
    CHECK_FALSE(nobody.is_local_owner);
}

TEST_CASE("a refusal says what stands in the way") {
    access::Principal principal;
    CHECK(
        std::string(access::refusal(principal, Action::write).what()) ==
        "You may not make and change contents and voices: you are in no organization");
    principal.organization = OrganizationId("o");
    const std::string by_role = access::refusal(principal, Action::write).what();
    CHECK(by_role == "You may not make and change contents and voices: your role is `viewer`");
    principal.role = Role::member;
    const auto by_scope = access::refusal(principal, Action::publish);
    CHECK(std::string(by_scope.what()).ends_with("the scope of your token is `read`"));
    CHECK(by_scope.hint() == "use a token with the scope `publish`");
    CHECK(by_scope.code() == Code::forbidden);
    principal.role = Role::admin;
    CHECK(access::refusal(principal, Action::transfer).hint().starts_with("ask an owner of"));
    CHECK(
        access::refusal(principal, Action::administer_installation).hint().find("caas admin") !=
        std::string::npos);
}

TEST_CASE("names go there and back, and every action has its own") {
    for (const auto role : all_roles)
        CHECK(access::role_of(access::name(role)) == role);
    for (const auto scope : all_scopes)
        CHECK(access::scope_of(access::name(scope)) == scope);
    CHECK(access::name(Action::manage_members) == "manage_members");
    CHECK_FALSE(access::role_of("root"));
    CHECK_FALSE(access::scope_of(""));
    CHECK(access::scope_names().size() == 4);
    CHECK(access::role_names().size() == 4);
    const auto text = access::permission_text();
    for (const auto& row : access::permissions()) {
        CHECK(text.find("\n" + std::string(row.name) + " ") != std::string::npos);
        CHECK_FALSE(row.what.empty());
    }
}

}  // namespace
}  // namespace caas
