// Slots and series over the API.
#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Server;

TEST_CASE("slots are put as a list and come back with their next times") {
    Server server;
    const auto put = server.call(
        "PUT",
        "/api/v1/accounts/outbox/slots",
        {{"items", {{{"day", "Friday"}, {"time", "17:30"}}, {{"day", "mon"}, {"time", "9:00"}}}}});

    CHECK(put.status == 200);
    CHECK(put.json.at("zone") == "UTC");
    CHECK(
        put.json.at("items").at(0) ==
        Json{{"day", "mon"}, {"time", "09:00"}, {"next_at", "2026-11-23T09:00:00.000Z"}});
    CHECK(server.call("GET", "/api/v1/accounts/outbox/slots").json == put.json);
    // What was answered may be sent again.
    CHECK(
        server.call("PUT", "/api/v1/accounts/outbox/slots", {{"items", put.json.at("items")}})
            .json == put.json);
    CHECK(server.call("PUT", "/api/v1/accounts/outbox/slots", {{"items", Json::array()}})
              .json.at("items")
              .empty());
}

TEST_CASE("what is no slot is refused with its place") {
    Server server;
    const auto put = [&](const Json& items) {
        return server.call("PUT", "/api/v1/accounts/outbox/slots", {{"items", items}});
    };

    const auto day = put({{{"day", "mo"}, {"time", "09:00"}}});
    CHECK(day.status == 422);
    CHECK(day.json.at("errors").at(0).at("pointer") == "/items/0/day");
    CHECK(put({{{"day", "mon"}, {"time", "24:00"}}}).status == 422);
    CHECK(put({{{"day", "mon"}}}).status == 422);
    CHECK(put({{{"day", "mon"}, {"time", "09:00"}, {"zone", "UTC"}}}).status == 422);
    CHECK(server.call("PUT", "/api/v1/accounts/outbox/slots", Json::object()).status == 422);
    CHECK(server.call("GET", "/api/v1/accounts/nobody/slots").status == 404);
}

TEST_CASE("a post takes the next slot") {
    Server server;
    const auto id = server.add("In its slot.");
    const Json order{{"content_id", id}, {"accounts", {"outbox"}}, {"next_slot", true}};

    CHECK(server.call("POST", "/api/v1/posts", order).status == 409);
    server.call(
        "PUT", "/api/v1/accounts/outbox/slots", {{"items", {{{"day", "mon"}, {"time", "09:00"}}}}});
    const auto made = server.call("POST", "/api/v1/posts", order);

    CHECK(made.status == 201);
    CHECK(made.json.at("items").at(0).at("due_at") == "2026-11-23T09:00:00.000Z");
    CHECK(made.json.at("items").at(0).at("local_time") == "2026-11-23 09:00");
    auto both = order;
    both["in_seconds"] = 60;
    CHECK(server.call("POST", "/api/v1/posts", both).status == 422);
    auto zoned = order;
    zoned["zone"] = "UTC";
    CHECK(server.call("POST", "/api/v1/posts", zoned).status == 422);
    const auto post = made.json.at("items").at(0).at("id").get<std::string>();
    CHECK(server.call("PATCH", "/api/v1/posts/" + post, {{"next_slot", true}}).status == 422);
}

TEST_CASE("a series that is to start at an instant is refused at that field") {
    Server server;

    const auto refused = server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", server.add("Every day.")},
         {"accounts", {"outbox"}},
         {"every", "daily 09:00"},
         {"due_at", "2027-01-01T09:00:00+05:30"}});

    CHECK(refused.status == 422);
    CHECK(refused.json.at("errors").at(0).at("pointer") == "/due_at");
}

TEST_CASE("posts with a rule start a series, which is listed, shown and ended") {
    Server server;
    const auto id = server.add("Every day.");
    const auto made = server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", id}, {"accounts", {"outbox"}}, {"every", "daily 09:00"}});

    CHECK(made.status == 201);
    REQUIRE(made.json.at("items").size() == 2);
    const auto& post = made.json.at("items").at(0);
    const auto series = post.at("series_id").get<std::string>();
    CHECK(post.at("occurrence") == "2026-11-23 09:00");
    const auto listed = server.call("GET", "/api/v1/series").json.at("items");
    REQUIRE(listed.size() == 1);
    CHECK(listed.at(0).at("id") == series);
    CHECK(listed.at(0).at("rule") == "FREQ=DAILY;BYHOUR=9;BYMINUTE=0");
    CHECK(listed.at(0).at("version").is_null());
    CHECK(server.call("GET", "/api/v1/series?state=ended").json.at("items").empty());
    CHECK(server.call("GET", "/api/v1/series?state=gone").status == 422);

    const auto shown = server.call("GET", "/api/v1/series/" + series.substr(28)).json;
    CHECK(shown.at("upcoming").size() == 10);
    CHECK(shown.at("upcoming").at(0).at("post_id") == post.at("id"));
    CHECK(shown.at("upcoming").at(2).at("post_id").is_null());
    CHECK(server.call("GET", "/api/v1/posts?series=" + series).json.at("items").size() == 2);

    const auto ended = server.call("DELETE", "/api/v1/series/" + series);
    CHECK(ended.json.at("state") == "ended");
    CHECK(ended.json.at("canceled_posts") == 2);
    CHECK(ended.json.at("failed_posts") == 0);
    CHECK(server.call("GET", "/api/v1/series/" + series).json.at("upcoming").empty());
}

TEST_CASE("a series that was started is answered as such, though nothing can be read after it") {
    Server server;
    const Json order{
        {"content_id", server.add("Every day.")},
        {"accounts", {"outbox"}},
        {"every", "daily 09:00"}};
    const auto rename = [&](const char* sql) {
        server.home.store.write(
            [&](store::Transaction& transaction) { transaction.execute(sql, {}); });
    };
    // As if the database could not be read any more just then.
    server.context.wake = [&] { rename("ALTER TABLE post RENAME TO away"); };

    const auto made = server.call("POST", "/api/v1/series", order);

    rename("ALTER TABLE away RENAME TO post");
    REQUIRE(made.status == 201);
    CHECK(made.json.at("items").size() == 1);
    CHECK(made.json.at("items").at(0).at("upcoming").size() == 10);
    CHECK_FALSE(made.json.at("items").at(0).at("upcoming").at(1).at("post_id").is_null());
    CHECK(server.home.count("series") == 1);
}

TEST_CASE("a series shows an occurrence that was moved until its post is settled") {
    Server server;
    const auto made = server.call(
        "POST",
        "/api/v1/posts",
        {{"content_id", server.add("Every day.")},
         {"accounts", {"outbox"}},
         {"every", "daily 09:00"}});
    const auto& post = made.json.at("items").at(0);
    const auto path = "/api/v1/posts/" + post.at("id").get<std::string>();
    const auto upcoming = [&] {
        return server.call("GET", "/api/v1/series/" + post.at("series_id").get<std::string>())
            .json.at("upcoming");
    };
    REQUIRE(server.call("PATCH", path, {{"due_at", "2026-11-24T12:00:00Z"}}).status == 200);
    server.home.clock.advance(std::chrono::hours(24));

    const auto shown = upcoming();

    REQUIRE(shown.size() == 11);
    CHECK(shown.at(0).at("due_at") == "2026-11-24T09:00:00.000Z");
    CHECK(shown.at(1).at("post_id") == post.at("id"));
    CHECK(shown.at(1).at("occurrence") == "2026-11-23 09:00");
    CHECK(shown.at(1).at("due_at") == "2026-11-24T12:00:00.000Z");
    CHECK(shown.at(1).at("state") == "scheduled");

    REQUIRE(server.call("POST", path + "/cancel", Json::object()).status == 200);
    CHECK(upcoming().size() == 10);
}

TEST_CASE("a series can be started as what it is, for several accounts") {
    Server server;
    const auto id = server.add("Every month.");
    const auto made = server.call(
        "POST",
        "/api/v1/series",
        {{"content_id", id},
         {"accounts", {"outbox"}},
         {"version", 1},
         {"zone", "America/New_York"},
         {"every", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;COUNT=3"}});

    CHECK(made.status == 201);
    const auto& series = made.json.at("items").at(0);
    CHECK(series.at("version") == 1);
    CHECK(series.at("made") == 2);
    CHECK(series.at("upcoming").at(0).at("due_at") == "2026-12-07T14:00:00.000Z");
    CHECK(
        server.call("POST", "/api/v1/series", {{"content_id", id}, {"accounts", {"outbox"}}})
            .status == 422);
}

TEST_CASE("a rule that is none is refused with the field it stands in") {
    Server server;
    const auto id = server.add("Never.");
    for (const auto* every : {"FREQ=DAILY", "FREQ=SECONDLY;BYHOUR=9", "now and then", ""}) {
        CAPTURE(every);
        const auto answer = server.call(
            "POST",
            "/api/v1/posts",
            {{"content_id", id}, {"accounts", {"outbox"}}, {"every", every}});
        CHECK(answer.status == 422);
        CHECK(answer.json.at("errors").at(0).at("pointer") == "/every");
    }
    CHECK(
        server
            .call(
                "POST",
                "/api/v1/posts",
                {{"content_id", id},
                 {"accounts", {"outbox"}},
                 {"every", "daily 09:00"},
                 {"in_seconds", 5}})
            .status == 422);
}

TEST_CASE("slots and series of another workspace are not there") {
    Server server;
    const auto id = server.add("Mine.");
    const auto account =
        server.call("GET", "/api/v1/accounts/outbox").json.at("id").get<std::string>();
    const auto series =
        server
            .call(
                "POST",
                "/api/v1/series",
                {{"content_id", id}, {"accounts", {"outbox"}}, {"every", "daily 09:00"}})
            .json.at("items")
            .at(0)
            .at("id")
            .get<std::string>();
    const auto stranger = server.home.foreign();

    CHECK(server.as(stranger, "GET", "/api/v1/accounts/" + account + "/slots").status == 404);
    CHECK(
        server
            .as(stranger,
                "PUT",
                "/api/v1/accounts/" + account + "/slots",
                {{"items", Json::array()}})
            .status == 404);
    CHECK(server.as(stranger, "GET", "/api/v1/series/" + series).status == 404);
    CHECK(server.as(stranger, "DELETE", "/api/v1/series/" + series).status == 404);
    CHECK(server.as(stranger, "GET", "/api/v1/posts?series=" + series).status == 404);
    CHECK(server.as(stranger, "GET", "/api/v1/series").json.at("items").empty());
    CHECK(server.call("GET", "/api/v1/series/" + series).json.at("state") == "active");
}

}  // namespace
}  // namespace caas
