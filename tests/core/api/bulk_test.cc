// POST /posts/bulk: many orders in one transaction, all of them or none.
#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

Json orders(const std::string& content, int count) {
    auto items = Json::array();
    for (int i = 0; i < count; ++i)
        items.push_back({{"content_id", content}, {"accounts", {"outbox"}}, {"in_seconds", i}});
    return {{"items", items}};
}

TEST_CASE("a thousand orders become a thousand posts, as they are then listed") {
    Server server;
    const auto content = server.add("Hello.");

    const auto made = server.call("POST", "/api/v1/posts/bulk", orders(content, 1000));

    REQUIRE(made.status == 201);
    REQUIRE(made.json.at("items").size() == 1000);
    CHECK(server.home.count("post") == 1000);
    for (const auto i : {0U, 1U, 999U}) {
        const auto& post = made.json.at("items").at(i);
        const auto id = post.at("id").get<std::string>();
        CHECK(server.call("GET", "/api/v1/posts/" + id).json == post);
    }
    CHECK(server.wakes == 1);
}

TEST_CASE("one bad order refuses all of them and is named by its place") {
    Server server;
    auto body = orders(server.add("Hello."), 3);
    std::string pointer = "/items/2";

    SUBCASE("an account that is not there") {
        body["items"][2]["accounts"] = {"nobody"};
    }
    SUBCASE("no account") {
        body["items"][2]["accounts"] = Json::array();
        pointer = "/items/2/accounts";
    }
    SUBCASE("a time that is none") {
        body["items"][2].erase("in_seconds");
        body["items"][2]["due_at"] = "tomorrow";
        pointer = "/items/2/due_at";
    }
    SUBCASE("a field that is not known") {
        body["items"][2]["acounts"] = "outbox";
        pointer = "/items/2/acounts";
    }
    SUBCASE("not an object") {
        body["items"][2] = 7;
    }
    const auto refused = server.call("POST", "/api/v1/posts/bulk", body);

    CHECK(refused.status >= 400);
    CHECK(refused.status < 500);
    CHECK(refused.json.at("errors").at(0).at("pointer") == pointer);
    CHECK(server.home.count("post") == 0);
}

TEST_CASE("no order, and more than a thousand, are refused") {
    Server server;
    const auto content = server.add("Hello.");

    CHECK(server.call("POST", "/api/v1/posts/bulk", orders(content, 0)).status == 422);
    CHECK(server.call("POST", "/api/v1/posts/bulk", orders(content, 1001)).status == 422);
    CHECK(server.call("POST", "/api/v1/posts/bulk", {{"posts", 1}}).status == 422);
    CHECK(server.home.count("post") == 0);
}

}  // namespace
}  // namespace caas
