// Whose API tokens somebody sees and revokes: their own, and who manages tokens everybody's.
#include <doctest/doctest.h>

#include "core/access/token.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using access::Role;
using access::Scope;
using api::Server;

// An organization in which ana, its owner, and a member each have a token.
struct Two : Server {
    Two() : member(join("ben")), own(make(member)), hers(make(home.owner)) {}

    access::Principal join(const std::string& name) {
        return home.store.write([&](store::Transaction& transaction) {
            const auto now = home.clock.now();
            auto principal = home.remote();
            principal.role = Role::member;
            principal.person = access::create_person(transaction, home.ids, now, name).id;
            access::set_member(
                transaction, now, principal.organization, principal.person, principal.role);
            return principal;
        });
    }

    std::string make(const access::Principal& principal, Scope scope = Scope::read) {
        access::NewToken asked;
        asked.scope = scope;
        asked.organization = principal.organization;
        asked.person = principal.person;
        asked.name = "laptop";
        return home.store
            .write([&](store::Transaction& transaction) {
                return access::create_token(
                    transaction, home.ids, home.random, home.clock.now(), asked);
            })
            .token.id.text();
    }

    access::Principal member;
    std::string own;   // the member's
    std::string hers;  // ana's
    std::string path = "/api/v1/organizations/" + organization() + "/tokens";
};

TEST_CASE("a list of tokens says whose each is, and a member sees their own only") {
    Two it;

    const auto all = it.call("GET", it.path).json.at("items");
    const auto own = it.as(it.member, "GET", it.path).json.at("items");

    REQUIRE(all.size() == 2);
    CHECK(all.at(0).at("person") == "ana");
    CHECK(all.at(1).at("person") == "ben");
    CHECK(all.at(1).at("person_id") == it.member.person.text());
    REQUIRE(own.size() == 1);
    CHECK(own.at(0).at("id") == it.own);
}

TEST_CASE("a list of tokens tells those of machines from those that were made on purpose") {
    Two it;
    const auto machine = it.home.store.write([&](store::Transaction& transaction) {
        access::NewToken asked;
        asked.organization = it.home.owner.organization;
        asked.person = it.home.owner.person;
        asked.name = "caas on laptop";
        asked.is_device = true;
        return access::create_token(
                   transaction, it.home.ids, it.home.random, it.home.clock.now(), asked)
            .token;
    });

    const auto all = it.call("GET", it.path).json.at("items");

    CHECK(machine.is_device);
    REQUIRE(all.size() == 3);
    CHECK(all.at(0).at("kind") == "machine");
    CHECK(all.at(1).at("kind") == "api");
    CHECK(it.call("DELETE", it.path + "/" + machine.id.text()).json.at("kind") == "machine");
}

TEST_CASE("a member revokes their own token, and that of another is not there for them") {
    Two it;

    const auto others = it.as(it.member, "DELETE", it.path + "/" + it.hers);
    const auto part = it.as(it.member, "DELETE", it.path + "/" + it.hers.substr(28));
    const auto own = it.as(it.member, "DELETE", it.path + "/" + it.own.substr(28));

    CHECK(others.status == 404);
    CHECK(part.status == 404);
    CHECK(own.status == 200);
    CHECK_FALSE(own.json.at("revoked_at").is_null());
    CHECK(it.call("GET", it.path).json.at("items").at(0).at("revoked_at").is_null());
}

TEST_CASE("who manages tokens revokes those of others") {
    Two it;

    CHECK(it.as(it.home.remote(), "DELETE", it.path + "/" + it.own).status == 200);
}

TEST_CASE("a token sees those of its person, and revokes them from the scope publish on") {
    Two it;
    auto by_token = it.member;

    by_token.scope = Scope::read;
    CHECK(it.as(by_token, "GET", it.path).json.at("items").size() == 1);
    CHECK(it.as(by_token, "DELETE", it.path + "/" + it.own).status == 403);
    by_token.scope = Scope::publish;
    CHECK(it.as(by_token, "DELETE", it.path + "/" + it.own).status == 200);
    // Whatever its person may: a narrow token of an owner does not reach those of others.
    auto narrow = it.home.remote();
    narrow.scope = Scope::publish;
    CHECK(it.as(narrow, "GET", it.path).json.at("items").size() == 1);
}

TEST_CASE("a token revokes none that may do more than itself") {
    Two it;
    const auto strong = it.make(it.home.owner, Scope::admin);
    const auto weak = it.make(it.home.owner, Scope::publish);
    auto by_token = it.home.remote();
    by_token.token = TokenId(weak);
    by_token.scope = Scope::publish;

    CHECK(it.as(by_token, "DELETE", it.path + "/" + strong).status == 403);
    CHECK(it.as(by_token, "DELETE", it.path + "/" + weak).status == 200);
    CHECK(it.as(it.home.remote(), "DELETE", it.path + "/" + strong).status == 200);
}

}  // namespace
}  // namespace caas
