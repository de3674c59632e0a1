// Orders whose time was lost, filters whose value was, and what is foretold of a post that is
// moved.
#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

// A server with an account on X, which takes 100 parts in a quarter of an hour: as many are due in
// an hour, and one a day later.
struct Crowded : Server {
    explicit Crowded(const char* full_window)
        : Server(api::Variables{{"CAAS_PUBLISH_FULL_WINDOW", full_window}}) {
        home.store.write([&](store::Transaction& transaction) {
            platform::NewAccount wanted;
            wanted.workspace = home.owner.workspace;
            wanted.platform = "x";
            wanted.name = "x";
            wanted.identity.remote_id = "1";
            wanted.identity.handle = "ana";
            wanted.identity.config = "{}";
            return platform::insert_account(
                transaction, home.ids, home.tools.vault, wanted, home.clock.now());
        });
        Json items(100, {{"content_id", content}, {"accounts", {"x"}}, {"in_seconds", 3600}});
        items.push_back({{"content_id", content}, {"accounts", {"x"}}, {"in_seconds", 90'000}});
        const auto made = call("POST", "/api/v1/posts/bulk", {{"items", items}});
        REQUIRE(made.status == 201);
        path = "/api/v1/posts/" + made.json.at("items").back().at("id").get<std::string>();
    }

    const std::string content = add("Hello.");
    std::string path;
};

TEST_CASE("an order whose time was lost is refused and not published at once") {
    Server server;
    const Json order{{"content_id", server.add("Hello.")}, {"accounts", {"outbox"}}};
    const auto status = [&](const Json& more) {
        auto body = order;
        body.update(more);
        return server.call("POST", "/api/v1/posts", body).status;
    };

    CHECK(status({{"at", nullptr}}) == 422);
    CHECK(status({{"due_at", nullptr}}) == 422);
    CHECK(status({{"in_seconds", nullptr}}) == 422);
    CHECK(status({{"next_slot", nullptr}}) == 422);
    CHECK(status({{"every", nullptr}}) == 422);
    CHECK(status({{"zone", "Europe/Berlin"}}) == 422);
    CHECK(status({{"at", nullptr}, {"zone", "Europe/Berlin"}}) == 422);
    CHECK(server.home.count("post") == 0);

    CHECK(status(Json::object()) == 201);
    CHECK(status({{"at", nullptr}, {"zone", nullptr}, {"in_seconds", 60}}) == 201);
    CHECK(status({{"at", "2030-01-01 09:00"}, {"next_slot", nullptr}, {"every", nullptr}}) == 201);
    CHECK(status({{"zone", "Europe/Berlin"}, {"every", "daily 09:00"}}) == 201);
}

TEST_CASE("the order of a bulk whose time was lost is named by its place") {
    Server server;
    const auto content = server.add("Hello.");
    const auto answer = server.call(
        "POST",
        "/api/v1/posts/bulk",
        {{"items",
          {{{"content_id", content}, {"accounts", {"outbox"}}},
           {{"content_id", content}, {"accounts", {"outbox"}}, {"at", nullptr}}}}});

    CHECK(answer.status == 422);
    CHECK(answer.json.at("errors").at(0).at("pointer") == "/items/1/at");
    CHECK(server.home.count("post") == 0);
}

TEST_CASE("a filter that is empty lists nothing, not everything") {
    Server server;
    for (const auto* filter : {"state", "account", "content", "series", "from", "order"}) {
        CAPTURE(filter);
        const auto answer = server.call("GET", "/api/v1/posts?" + std::string(filter) + "=");
        CHECK(answer.status == 422);
    }
    CHECK(server.call("GET", "/api/v1/series?state=").status == 422);
    CHECK(server.call("GET", "/api/v1/content?q=").status == 422);
    CHECK(server.call("GET", "/api/v1/posts?cursor=").status == 200);
}

TEST_CASE("a post is not moved into a full window where that is refused") {
    Crowded server("refuse");

    const auto refused = server.call("PATCH", server.path, {{"in_seconds", 3600}});

    CHECK(refused.status == 409);
    CHECK(refused.code() == "conflict");
    CHECK(refused.json.at("detail").get<std::string>().find("100 in 15 min") != std::string::npos);
    CHECK(server.call("PATCH", server.path, {{"in_seconds", 7200}}).status == 200);
}

TEST_CASE(
    "of a post that is moved into a full window its new time is told, and that it will wait") {
    Crowded server("warn");

    const auto moved = server.call("PATCH", server.path, {{"in_seconds", 3600}});

    REQUIRE(moved.status == 200);
    CHECK(moved.json.at("due_at") == "2026-11-22T11:00:00.000Z");
    CHECK(moved.json.at("forecast").at("warnings").size() == 1);
    const auto away = server.call("PATCH", server.path, {{"in_seconds", 7200}});
    CHECK(away.json.at("forecast").at("warnings").empty());
}

TEST_CASE("an order that is given is answered as such even if nothing can be foretold of it") {
    Crowded server("warn");
    const auto rename = [&](const char* sql) {
        server.home.store.write(
            [&](store::Transaction& transaction) { transaction.execute(sql, {}); });
    };
    const auto before = server.home.count("post");
    // As if the database could not be read any more just then.
    server.context.wake = [&] { rename("ALTER TABLE post RENAME TO away"); };
    const Json order{{"content_id", server.content}, {"accounts", {"x"}}, {"in_seconds", 3600}};

    const auto made = server.call("POST", "/api/v1/posts", order);

    rename("ALTER TABLE away RENAME TO post");
    REQUIRE(made.status == 201);
    CHECK(made.json.at("items").size() == 1);
    CHECK(made.json.at("items").at(0).at("forecast").at("warnings").empty());
    CHECK(server.home.count("post") == before + 1);
}

TEST_CASE("a version with more parts needs room for them at the time that comes with it") {
    Crowded server("refuse");
    REQUIRE(server.call("PATCH", server.path, {{"in_seconds", 7200}}).status == 200);
    Json thread(100, "One of many.");
    server.call("PATCH", "/api/v1/content/" + server.content, {{"parts", thread}});
    server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", server.content},
         {"accounts", {"x"}},
         {"version", 1},
         {"in_seconds", 7200}});

    CHECK(server.call("PATCH", server.path, {{"version", 2}}).status == 409);
    CHECK(server.call("GET", server.path).json.at("version") == 1);
    CHECK(
        server.call("PATCH", server.path, {{"version", 2}, {"in_seconds", 90'000}}).status == 200);
}

TEST_CASE("the tag of a changed post names it as it is read") {
    Crowded server("warn");

    const auto moved = server.call("PATCH", server.path, {{"in_seconds", 7200}});

    CHECK(moved.header("ETag") == server.call("GET", server.path).header("ETag"));
}

}  // namespace
}  // namespace caas
