#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

std::string post(const std::string& state, const std::string& more = "") {
    return R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","account":"work","platform":"bluesky",)"
           R"("content_id":"01997d3a-0000-7000-8000-0000deadbeef","version":2,"state":")" +
           state +
           R"(","due_at":"2026-11-22T12:00:00.000Z","parts":1,"parts_published":0,"tries":0)" +
           more + "}";
}

std::string list(const std::string& items) {
    return R"({"items":[)" + items + R"(],"next_cursor":null})";
}

TEST_CASE("schedule sends a length of time as seconds") {
    Stage stage;
    stage.answer(201, list(post("scheduled")));

    CHECK(stage.run({"schedule", "beef", "--account", "work,outbox", "--in", "1h30m"}) == 0);

    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"content_id":"beef","accounts":["work","outbox"],"in_seconds":5400})"));
    CHECK(
        stage.terminal.out ==
        "ID        STATE      DUE     ACCOUNT  CONTENT\n"
        "1a2b3c4d  scheduled  in 2 h  work     deadbeef v2\n");
}

TEST_CASE("schedule sends a local time with its zone as it was typed") {
    Stage stage;
    stage.answer(201, list(post("scheduled")));

    CHECK(
        stage.run(
            {"schedule",
             "beef",
             "--account",
             "work",
             "--at",
             "2026-12-01 09:00",
             "--tz",
             "Europe/Berlin",
             "--version",
             "1"}) == 0);

    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"content_id":"beef","accounts":["work"],"at":"2026-12-01 09:00",)"
                    R"("zone":"Europe/Berlin","version":1})"));
}

TEST_CASE("schedule sends a time with an offset as an instant") {
    Stage stage;
    stage.answer(201, list(post("scheduled")));

    stage.run({"schedule", "beef", "--account", "a", "--at", "2026-12-01T09:00:00+01:00"});

    CHECK(stage.asked_json().at("due_at") == "2026-12-01T08:00:00.000Z");
}

TEST_CASE("schedule refuses what is no time, no zone, or both ways at once") {
    Stage stage;
    const auto run = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"schedule", "beef", "--account", "a"};
        words.insert(words.end(), more.begin(), more.end());
        return stage.run(words);
    };

    CHECK(run({}) == 2);
    CHECK(run({"--at", "tomorrow"}) == 4);
    CHECK(run({"--at", "2026-02-30 09:00"}) == 4);
    CHECK(run({"--at", "2026-12-01 09:00", "--tz", "Europe/Berlim"}) == 4);
    CHECK(run({"--in", "2h", "--at", "2026-12-01 09:00"}) == 2);
    CHECK(run({"--in", "soon"}) == 2);
    CHECK(run({"--in", "2h", "--tz", "UTC"}) == 2);
    CHECK(stage.run({"schedule", "beef", "--in", "2h"}) == 2);

    CHECK(stage.script.asked.empty());
    CHECK(stage.terminal.err.find("did you mean Europe/Berlin?") != std::string::npos);
}

TEST_CASE("a local time that does not exist is said on standard error, with json too") {
    Stage stage;
    const auto moved = post(
        "scheduled",
        R"(,"time_note":"moved_forward","local_time":"2027-03-28 02:30","zone":"Europe/Berlin")");
    stage.answer(201, list(moved));

    CHECK(
        stage.run({"schedule", "beef", "--account", "a", "--at", "2027-03-28 02:30", "--json"}) ==
        0);

    CHECK(stage.terminal.out == list(moved) + "\n");
    CHECK(
        stage.terminal.err ==
        "caas: note: 2027-03-28 02:30 does not exist in Europe/Berlin: it moves forward by the "
        "gap\n");
}

TEST_CASE("posts list filters by what was asked") {
    Stage stage;
    stage.answer(200, list(post("failed", R"(,"message":"Refused: too long")")));

    CHECK(stage.run({"posts", "list", "--state", "failed", "--account", "work"}) == 0);

    CHECK(stage.asked().query == Query{{"state", "failed"}, {"account", "work"}});
    CHECK(stage.terminal.out.find("Refused: too long") != std::string::npos);
}

TEST_CASE("a filter that is empty is refused, and nothing is listed") {
    Stage stage;

    for (const auto* filter : {"--account", "--content", "--series", "--state"}) {
        CAPTURE(filter);
        CHECK(stage.run({"posts", "list", filter, ""}) == 2);
    }
    for (const auto* filter : {"--account", "--content", "--state"}) {
        CAPTURE(filter);
        CHECK(stage.run({"series", "list", filter, ""}) == 2);
    }

    CHECK(stage.script.asked.empty());
}

TEST_CASE("posts list names the state that was mistyped") {
    Stage stage;

    CHECK(stage.run({"posts", "list", "--state", "failled"}) == 2);

    CHECK(stage.terminal.err.find("did you mean `failed`?") != std::string::npos);
}

TEST_CASE("posts show prints every step that was tried") {
    Stage stage;
    stage.answer(
        200,
        post(
            "published",
            R"(,"url":"https://bsky.app/p/1","settled_at":"2026-11-22T09:59:00.000Z")"));
    stage.answer(
        200,
        R"({"items":[)"
        R"({"number":1,"step":"create","part":0,"state":"failed","code":"bluesky.unavailable",)"
        R"("message":"503","started_at":"2026-11-22T09:58:00.000Z",)"
        R"("ended_at":"2026-11-22T09:58:00.350Z"},)"
        R"({"number":2,"step":"create","part":0,"state":"done","url":"https://bsky.app/p/1",)"
        R"("started_at":"2026-11-22T09:59:00.000Z","ended_at":"2026-11-22T09:59:01.200Z"}]})");

    CHECK(stage.run({"posts", "show", "3c4d"}) == 0);

    CHECK(stage.asked(1).path == "posts/3c4d/attempts");
    const auto& out = stage.terminal.out;
    CHECK(out.find("state    published\n") != std::string::npos);
    CHECK(out.find("account  work (bluesky)\n") != std::string::npos);
    CHECK(
        out.find(
            "1  ✗ failed  create     1  2026-11-22T09:58:00.000Z  350 ms  bluesky.unavailable: "
            "503\n") != std::string::npos);
    CHECK(
        out.find("2  ✓ done    create     1  2026-11-22T09:59:00.000Z   1.2 s  "
                 "https://bsky.app/p/1\n") != std::string::npos);
}

TEST_CASE("posts show does not say of a restored post that nothing was tried") {
    Stage stage;
    const auto said = [&](const std::string& state) {
        stage.answer(200, post(state));
        stage.answer(200, list(""));
        stage.terminal.err.clear();
        CHECK(stage.run({"posts", "show", "3c4d"}) == 0);
        return stage.terminal.err;
    };

    const auto restored = said("unconfirmed");
    CHECK(restored.find("Nothing was tried") == std::string::npos);
    CHECK(restored.find("No try is on record here.") != std::string::npos);
    CHECK(restored.find("It may be out.") != std::string::npos);
    CHECK(said("scheduled").find("Nothing was tried yet.") != std::string::npos);
}

TEST_CASE("posts cancel and retry are one request each") {
    Stage stage;
    stage.answer(200, post("canceled"));
    stage.answer(200, post("scheduled"));

    CHECK(stage.run({"posts", "cancel", "3c4d"}) == 0);
    CHECK(stage.run({"posts", "retry", "3c4d"}) == 0);

    CHECK(stage.asked(0).path == "posts/3c4d/cancel");
    CHECK(stage.asked(1).path == "posts/3c4d/retry");
    CHECK(stage.terminal.err.find("The post is canceled.") != std::string::npos);
}

TEST_CASE("posts take-back says that the rest of a thread which was half out is not sent") {
    Stage stage;
    const auto taken = [&](const std::string& parts_published) {
        stage.answer(
            200,
            R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","platform":"bluesky","parts":3,)"
            R"("parts_published":)" +
                parts_published + "}");
        stage.terminal.err.clear();
        CHECK(stage.run({"posts", "take-back", "3c4d", "--yes"}) == 0);
        return stage.terminal.err;
    };

    CHECK(taken("3") == "It is no longer on bluesky.\n");
    CHECK(taken("1") == "It is no longer on bluesky, and the rest of it is not sent.\n");
}

TEST_CASE("posts list says what was taken back, and what is to be taken back yet") {
    Stage stage;
    const auto outcome = [&](const std::string& more) {
        stage.answer(
            200,
            R"({"items":[{"id":"01997d3a-0000-7000-8000-00001a2b3c4d","state":"published",)"
            R"("url":"https://example.org/1",)" +
                more + R"(}],"next_cursor":null})");
        stage.terminal.out.clear();
        CHECK(stage.run({"posts", "list"}) == 0);
        return stage.terminal.out;
    };

    CHECK(
        outcome(R"("removed_at":"2026-11-22T10:00:00.000Z")")
            .find("taken back: https://example.org/1") != std::string::npos);
    CHECK(
        outcome(R"("removed_at":null,"code":"taking_back","message":"Some may be gone.")")
            .find("Some may be gone.") != std::string::npos);
    CHECK(outcome(R"("removed_at":null)").find("taken back") == std::string::npos);
}

TEST_CASE("posts cancel says of a thread that is half out how far it came, and how to go on") {
    Stage stage;
    stage.answer(
        200,
        R"({"id":"3c4d","state":"failed","parts":4,"parts_published":2,"code":"thread_stopped",
"message":"Part 2 of 4 is out; the rest was canceled."})");

    CHECK(stage.run({"posts", "cancel", "3c4d"}) == 0);

    const auto& said = stage.terminal.err;
    CHECK(
        said.find("The post is failed.\nPart 2 of 4 is out; the rest was canceled.\n") !=
        std::string::npos);
    CHECK(said.find("caas posts retry 3c4d") != std::string::npos);
}

TEST_CASE("posts move changes the time") {
    Stage stage;
    stage.answer(200, post("scheduled"));

    CHECK(stage.run({"posts", "move", "3c4d", "--in", "2h"}) == 0);

    CHECK(stage.asked().method == "PATCH");
    CHECK(stage.asked_json() == Json::parse(R"({"in_seconds":7200})"));
    CHECK(stage.run({"posts", "move", "3c4d"}) == 2);
}

TEST_CASE("posts move passes on what will hold the post up") {
    Stage stage;
    stage.answer(
        200, post("scheduled", R"(,"forecast":{"cost_usd":0.015,"warnings":["X is full then"]})"));

    CHECK(stage.run({"posts", "move", "3c4d", "--in", "2h"}) == 0);

    CHECK(stage.terminal.err.find("caas: note: X is full then\n") != std::string::npos);
}

TEST_CASE("posts move tells the new time of a post that is paused, too") {
    Stage stage;
    stage.answer(200, post("paused"));

    CHECK(stage.run({"posts", "move", "3c4d", "--in", "2h"}) == 0);

    CHECK(stage.terminal.err.find("The post is paused, due ") != std::string::npos);
}

TEST_CASE("posts reconcile says what the person saw") {
    Stage stage;
    stage.answer(200, post("published"));
    stage.answer(200, post("scheduled"));
    stage.answer(200, post("canceled"));

    CHECK(stage.run({"posts", "reconcile", "3c4d", "--sent", "https://x.com/1"}) == 0);
    CHECK(stage.run({"posts", "reconcile", "3c4d", "--not-sent"}) == 0);
    CHECK(stage.run({"posts", "reconcile", "3c4d", "--not-sent", "--cancel"}) == 0);

    CHECK(stage.asked_json(0) == Json::parse(R"({"sent":true,"url":"https://x.com/1"})"));
    CHECK(stage.asked_json(1) == Json::parse(R"({"sent":false})"));
    CHECK(stage.asked_json(2) == Json::parse(R"({"sent":false,"cancel":true})"));
}

TEST_CASE("posts reconcile never guesses") {
    Stage stage;

    CHECK(stage.run({"posts", "reconcile", "3c4d"}) == 2);
    CHECK(stage.run({"posts", "reconcile", "3c4d", "--sent", "u", "--not-sent"}) == 2);
    CHECK(stage.run({"posts", "reconcile", "3c4d", "--sent", ""}) == 2);
    CHECK(stage.run({"posts", "reconcile", "3c4d", "--cancel"}) == 2);
    CHECK(stage.run({"posts", "reconcile", "3c4d", "--sent", "u", "--cancel"}) == 2);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("posts calendar asks for the month in the zone and shows its days") {
    Stage stage;
    stage.answer(200, R"({"items":[)" + post("scheduled") + R"(],"next_cursor":"n"})");
    stage.answer(200, list(post("published")));

    CHECK(stage.run({"posts", "calendar", "2026-11", "--tz", "Europe/Berlin"}) == 0);

    CHECK(
        stage.asked().query == Query{
                                   {"from", "2026-10-31T23:00:00.000Z"},
                                   {"to", "2026-11-30T23:00:00.000Z"},
                                   {"tz", "Europe/Berlin"},
                                   {"limit", "200"}});
    CHECK(stage.asked(1).query.back() == std::pair<std::string, std::string>{"cursor", "n"});
    CHECK(stage.terminal.out.find("22*(2)") != std::string::npos);
    CHECK(stage.terminal.out.find("22  13:00  scheduled  1a2b3c4d work\n") != std::string::npos);
}

TEST_CASE("posts calendar refuses what is no month") {
    Stage stage;

    CHECK(stage.run({"posts", "calendar", "2026-13"}) == 2);
    CHECK(stage.run({"posts", "calendar", "december"}) == 2);
}

TEST_CASE("posts calendar refuses a month that no request can name, in words about the month") {
    Stage stage;

    CHECK(stage.run({"posts", "calendar", "9999-12"}) == 2);
    CHECK(stage.terminal.err.find("`9999-12` cannot be shown") != std::string::npos);
    CHECK(stage.run({"posts", "calendar", "0000-01"}) == 2);
    CHECK(stage.script.asked.empty());
}

TEST_CASE("posts calendar shows the last month and the first one that can be named") {
    Stage stage;
    stage.answer(200, list(""));
    stage.answer(200, list(""));

    CHECK(stage.run({"posts", "calendar", "9999-11", "--tz", "UTC"}) == 0);
    CHECK(stage.run({"posts", "calendar", "0001-01", "--tz", "UTC"}) == 0);

    CHECK(
        stage.asked(0).query.at(1) ==
        std::pair<std::string, std::string>{"to", "9999-12-01T00:00:00.000Z"});
    CHECK(
        stage.asked(1).query.at(0) ==
        std::pair<std::string, std::string>{"from", "0001-01-01T00:00:00.000Z"});
}

}  // namespace
}  // namespace caas::cli
