// Deleting a workspace.
#include <doctest/doctest.h>

#include "core/access/token.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;

struct Two : Server {
    Two() {
        const auto made = call(
            "POST",
            "/api/v1/organizations/" + organization() + "/workspaces",
            {{"name", "second"}});
        REQUIRE(made.status == 201);
        second = made.json.at("id").get<std::string>();
    }

    Answer remove(const std::string& name = "second") {
        return call("DELETE", "/api/v1/workspaces/second?confirm=" + name);
    }

    Answer inside(const std::string& method, const std::string& path, const Json& body) {
        auto principal = home.owner;
        principal.workspace = WorkspaceId(second);
        return as(principal, method, path, body);
    }

    // A content of the second workspace and what is to be sent of it to the account there.
    std::string post(const Json& when) {
        const auto content = inside("POST", "/api/v1/content", {{"text", "Hello."}}).json.at("id");
        if (inside("GET", "/api/v1/accounts", nullptr).json.at("items").empty())
            home.store.write([&](store::Transaction& transaction) {
                flow::add_outbox_account(home.tools, transaction, WorkspaceId(second));
            });
        Json order{{"content_id", content}, {"accounts", {"outbox"}}};
        order.update(when);
        const auto made = inside("POST", "/api/v1/posts", order);
        REQUIRE(made.status == 201);
        return made.json.at("items").at(0).at("id").get<std::string>();
    }

    void set_state(const std::string& state) {
        home.store.write([&](store::Transaction& transaction) {
            transaction.execute("UPDATE post\nSET state = $1, wake_at = NULL", {state});
        });
    }

    std::string second;
};

TEST_CASE("a workspace goes with all that is in it, by its name, and the log knows") {
    Two it;
    it.post({{"in_seconds", 3600}});
    it.set_state("published");
    const auto base = "/api/v1/organizations/" + it.organization();
    const auto token =
        it.call("POST", base + "/tokens", {{"scope", "read"}, {"workspace_id", it.second}}).json;

    CHECK(it.remove("").status == 422);
    CHECK(it.remove("Second").status == 422);
    const auto removed = it.remove();
    CHECK(removed.json == Json{{"id", it.second}, {"deleted", true}});

    CHECK(it.remove().status == 404);
    CHECK(it.call("GET", "/api/v1/workspaces").json.at("items").size() == 1);
    for (const auto* table : {"content", "version", "post", "attempt", "term", "unsorted_term"})
        CHECK(it.home.count(table) == 0);
    CHECK(it.home.count("account") == 1);
    CHECK_FALSE(it.home.store.read([&](store::Reader& reader) {
        return access::authenticate(
            reader, token.at("token").get<std::string>(), it.home.clock.now());
    }));
    const auto log = it.call("GET", base + "/audit").json.at("items").at(0);
    CHECK(log.at("action") == "workspace.delete");
    CHECK(log.at("detail").at("name") == "second");
    CHECK(it.wakes > 0);
}

TEST_CASE("a workspace stays while something in it waits, and the answer says what to do") {
    Two it;
    const auto post = it.post({{"in_seconds", 3600}});

    for (const auto* state : {"scheduled", "publishing", "retrying", "paused", "unconfirmed"}) {
        CAPTURE(state);
        it.set_state(state);
        const auto refused = it.remove();
        CHECK(refused.status == 409);
        CHECK(refused.text.find(state) != std::string::npos);
        CHECK(refused.text.find(post) != std::string::npos);
    }
    CHECK(it.home.count("post") == 1);
    it.set_state("canceled");
    CHECK(it.remove().status == 200);
}

TEST_CASE("a workspace stays while a series of it is active") {
    Two it;
    it.post({{"in_seconds", 3600}});
    it.set_state("published");
    const auto content = it.inside("POST", "/api/v1/content", {{"text", "Again."}}).json.at("id");
    const auto series = it.inside(
        "POST",
        "/api/v1/series",
        {{"content_id", content}, {"accounts", {"outbox"}}, {"every", "weekdays 09:00"}});
    REQUIRE(series.status == 201);

    CHECK(it.remove().text.find("series") != std::string::npos);
}

TEST_CASE("the only workspace of an organization cannot be deleted") {
    Server server;
    const auto list = server.call("GET", "/api/v1/workspaces").json.at("items");
    const auto name = list.at(0).at("name").get<std::string>();

    const auto refused = server.call("DELETE", "/api/v1/workspaces/" + name + "?confirm=" + name);

    CHECK(refused.status == 409);
    CHECK(refused.text.find("only workspace") != std::string::npos);
}

TEST_CASE("a token that is bound to a workspace does not delete it") {
    Two it;
    auto bound = it.home.remote();
    bound.is_bound = true;
    bound.workspace = WorkspaceId(it.second);

    CHECK(it.as(bound, "DELETE", "/api/v1/workspaces/second?confirm=second").code() == "forbidden");
}

}  // namespace
}  // namespace caas
