// A token that is bound to one workspace: for it, the rest of its organization is not there.
#include <doctest/doctest.h>

#include "core/access/token.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

// An organization of two workspaces, with a token for the second only and one for both.
struct Bound : Server {
    Bound()
        : other(home.store.write([this](store::Transaction& transaction) {
              return access::create_workspace(
                  transaction,
                  home.ids,
                  home.clock.now(),
                  home.owner.organization,
                  "second",
                  "UTC");
          })) {
        wide = make({{"scope", "admin"}, {"name", "everywhere"}});
        narrow = make({{"scope", "admin"}, {"name", "here"}, {"workspace_id", other.id.text()}});
    }

    access::Principal make(const Json& asked) {
        const auto made = call("POST", tokens, asked);
        REQUIRE(made.status == 201);
        ids.push_back(made.json.at("id").get<std::string>());
        return *home.store.read([&](store::Reader& reader) {
            return access::authenticate(
                reader, made.json.at("token").get<std::string>(), home.clock.now());
        });
    }

    Answer get(const std::string& path) { return as(narrow, "GET", "/api/v1/" + path); }

    access::Workspace other;
    std::string tokens = "/api/v1/organizations/" + organization() + "/tokens";
    std::vector<std::string> ids;  // of the tokens: the wide one, the narrow one
    access::Principal wide;
    access::Principal narrow;
};

TEST_CASE("a bound token works in its own workspace and finds nothing of another") {
    Bound it;
    const auto id = it.add("In the first workspace.");

    CHECK(it.narrow.workspace == it.other.id);
    CHECK(it.narrow.is_bound);
    CHECK_FALSE(it.wide.is_bound);
    CHECK(it.get("content/" + id).status == 404);
    CHECK(it.get("accounts").json.at("items").empty());
}

TEST_CASE("a bound token sees its own workspace only, by no name or id another one") {
    Bound it;
    const auto list = it.get("workspaces").json;
    REQUIRE(list.at("items").size() == 1);
    CHECK(list.at("items").at(0).at("name") == "second");
    CHECK(list.at("next_cursor").is_null());
    const auto own = it.other.id.text();
    for (const auto& name : {own, own.substr(own.size() - 8), std::string("second")})
        CHECK(it.get("workspaces/" + name).status == 200);

    const auto first = it.workspace();
    for (const auto& name : {first, first.substr(first.size() - 8), std::string("ana")}) {
        CAPTURE(name);
        CHECK(it.get("workspaces/" + name).status == 404);
        CHECK(it.get("workspaces/" + name + "/voices").status == 404);
        CHECK(
            it.as(it.narrow, "PATCH", "/api/v1/workspaces/" + name, {{"zone", "UTC"}}).status ==
            404);
    }
    // The beginnings of both are alike: the refusal of several may not name the other one.
    const auto alike = it.get("workspaces/" + own.substr(0, 4));
    CHECK(alike.status == 200);
    CHECK(alike.text.find(first) == std::string::npos);
}

TEST_CASE("a token for the whole organization reaches each of its workspaces") {
    Bound it;
    CHECK(it.as(it.wide, "GET", "/api/v1/workspaces").json.at("items").size() == 2);
    CHECK(it.as(it.wide, "GET", "/api/v1/workspaces/second/voices").status == 200);
}

TEST_CASE("a bound token sees and revokes only tokens that are bound as it is") {
    Bound it;
    const auto list = it.as(it.narrow, "GET", it.tokens).json.at("items");
    REQUIRE(list.size() == 1);
    CHECK(list.at(0).at("name") == "here");
    CHECK(it.as(it.wide, "GET", it.tokens).json.at("items").size() == 2);

    CHECK(it.as(it.narrow, "DELETE", it.tokens + "/" + it.ids.at(0)).status == 404);
    const auto alike = it.as(it.narrow, "DELETE", it.tokens + "/" + it.ids.at(0).substr(0, 4));
    CHECK(alike.text.find(it.ids.at(0)) == std::string::npos);
    CHECK(it.call("GET", it.tokens).json.at("items").at(1).at("revoked_at").is_null());
}

TEST_CASE("a bound token makes tokens for its workspace only") {
    Bound it;
    const auto inherited = it.as(it.narrow, "POST", it.tokens, {{"scope", "read"}});
    CHECK(inherited.status == 201);
    CHECK(inherited.json.at("workspace_id") == it.other.id.text());
    CHECK(
        it.as(it.narrow, "POST", it.tokens, {{"scope", "read"}, {"workspace_id", it.workspace()}})
            .status == 403);
    CHECK(it.as(it.narrow, "DELETE", it.tokens + "/" + it.ids.at(1)).status == 200);
}

}  // namespace
}  // namespace caas
