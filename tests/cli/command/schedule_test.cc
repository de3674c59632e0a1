// Slots, series, and the ways of `caas schedule` that lead to them.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/stage.h"

namespace caas::cli {
namespace {

std::string list(const std::string& items) {
    return R"({"items":[)" + items + R"(],"next_cursor":null})";
}

const std::string occurrence =
    R"({"id":"01997d3a-0000-7000-8000-00001a2b3c4d","account":"work","platform":"bluesky",)"
    R"("content_id":"01997d3a-0000-7000-8000-0000deadbeef","version":2,"state":"scheduled",)"
    R"("due_at":"2026-11-23T09:00:00.000Z","parts":1,"parts_published":0,"tries":0,)"
    R"("series_id":"01997d3a-0000-7000-8000-00005e6f7a8b","occurrence":"2026-11-23 09:00"})";

const std::string series =
    R"({"id":"01997d3a-0000-7000-8000-00005e6f7a8b","account":"work","state":"active",)"
    R"("content_id":"01997d3a-0000-7000-8000-0000deadbeef","version":null,"zone":"UTC",)"
    R"("rule":"FREQ=DAILY;BYHOUR=9;BYMINUTE=0","starts_at":"2026-11-22 10:01","made":2,)"
    R"("passed_over":0,"problem":null,"upcoming":[)"
    R"({"occurrence":"2026-11-23 09:00","due_at":"2026-11-23T09:00:00.000Z","time_note":null,)"
    R"("post_id":"01997d3a-0000-7000-8000-00001a2b3c4d","state":"scheduled"},)"
    R"({"occurrence":"2026-11-25 09:00","due_at":"2026-11-25T09:00:00.000Z","time_note":null,)"
    R"("post_id":null,"state":null}]})";

TEST_CASE("schedule asks for the next slot") {
    Stage stage;
    stage.answer(201, list(occurrence));

    CHECK(stage.run({"schedule", "beef", "--account", "work", "--next-slot"}) == 0);

    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"content_id":"beef","accounts":["work"],"next_slot":true})"));
}

TEST_CASE("schedule promises nothing of what was ordered before under the same key") {
    for (const bool is_replayed : {false, true}) {
        Stage stage;
        const auto headers =
            is_replayed ? net::Headers{{"Idempotent-Replayed", "true"}} : net::Headers();
        stage.script.exchanges.push_back({{201, headers, list(occurrence)}, {}});
        if (is_replayed)
            stage.answer(200, occurrence);

        CHECK(
            stage.run(
                {"schedule",
                 "beef",
                 "--account",
                 "work",
                 "--in",
                 "2h",
                 "--idempotency-key",
                 "nightly"}) == 0);

        // It may have been canceled since.
        const auto said = [&](std::string_view words) {
            return stage.terminal.err.find(words) != std::string::npos;
        };
        CHECK(said("It goes out while caasd runs") == !is_replayed);
        CHECK(said("How it stands now: caas posts list") == is_replayed);
    }
}

TEST_CASE("schedule under a key whose post is on record no more says that it is not sent") {
    Stage stage;
    stage.script.exchanges.push_back(
        {{201, {{"Idempotent-Replayed", "true"}}, list(occurrence)}, {}});
    stage.answer(404, R"({"code":"not_found","title":"Not found","detail":"There is no post"})");

    CHECK(
        stage.run(
            {"schedule", "beef", "--account", "work", "--in", "2h", "--idempotency-key", "k"}) ==
        8);

    CHECK(stage.script.asked.size() == 2);
    CHECK(stage.terminal.err.find("is not on record any more") != std::string::npos);
}

TEST_CASE("schedule starts a series with its rule, its start and its zone") {
    Stage stage;
    stage.answer(201, list(occurrence));
    stage.answer(201, list(occurrence));

    CHECK(
        stage.run(
            {"schedule",
             "beef",
             "--account",
             "work",
             "--every",
             "FREQ=MONTHLY;BYDAY=1MO,-1FR;BYHOUR=9",
             "--tz",
             "Europe/Berlin"}) == 0);
    CHECK(
        stage.run(
            {"schedule",
             "beef",
             "--account",
             "work",
             "--every",
             "FREQ=WEEKLY",
             "--at",
             "2026-12-01 09:00"}) == 0);

    CHECK(
        stage.asked_json(0) ==
        Json::parse(R"({"content_id":"beef","accounts":["work"],"zone":"Europe/Berlin",)"
                    R"("every":"FREQ=MONTHLY;BYDAY=1MO,-1FR;BYHOUR=9"})"));
    CHECK(
        stage.asked_json(1) ==
        Json::parse(R"({"content_id":"beef","accounts":["work"],"every":"FREQ=WEEKLY",)"
                    R"("at":"2026-12-01 09:00"})"));
    CHECK(stage.terminal.out.find("SERIES") != std::string::npos);
    CHECK(stage.terminal.out.find("5e6f7a8b") != std::string::npos);
}

TEST_CASE("schedule refuses an account that is empty, also beside one that is not") {
    Stage stage;
    const auto run = [&](std::vector<std::string> accounts) {
        std::vector<std::string> words{"schedule", "beef", "--in", "2h"};
        words.insert(words.end(), accounts.begin(), accounts.end());
        return stage.run(words);
    };

    CHECK(run({"--account", ""}) == 2);
    CHECK(run({"--account", "work", "--account", ""}) == 2);
    CHECK(run({"--account", "", "--account", "work"}) == 2);
    CHECK(run({"--account", "work,"}) == 2);

    CHECK(stage.terminal.err.find("`--account` is empty") != std::string::npos);
    CHECK(stage.script.asked.empty());
}

TEST_CASE("schedule refuses two ways at once") {
    Stage stage;
    const auto run = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"schedule", "beef", "--account", "a"};
        words.insert(words.end(), more.begin(), more.end());
        return stage.run(words);
    };

    CHECK(run({"--next-slot", "--in", "2h"}) == 2);
    CHECK(run({"--next-slot", "--every", "daily 09:00"}) == 2);
    CHECK(run({"--next-slot", "--at", "2026-12-01 09:00"}) == 2);
    CHECK(run({"--next-slot", "--tz", "UTC"}) == 2);
    CHECK(run({"--every", "daily 09:00", "--in", "2h"}) == 2);
    CHECK(run({"--every", "daily 09:00", "--tz", "Europe/Berlim"}) == 4);

    CHECK(stage.script.asked.empty());
}

TEST_CASE("schedule says that a series starts at a local time, when it is given an offset") {
    Stage stage;

    CHECK(
        stage.run(
            {"schedule",
             "beef",
             "--account",
             "a",
             "--every",
             "daily 09:00",
             "--at",
             "2027-01-01T09:00:00+05:30"}) == 2);

    CHECK(stage.script.asked.empty());
    CHECK(
        stage.terminal.err.find("`2027-01-01T09:00:00+05:30` has an offset") != std::string::npos);
    CHECK(stage.terminal.err.find("--tz") != std::string::npos);
}

TEST_CASE("schedule says why a post waits, and what lets it go on") {
    const auto said = [](const std::string& state, const std::string& reason) {
        Stage stage;
        auto waiting = Json::parse(occurrence);
        waiting["state"] = "paused";
        waiting["account_id"] = "0000-account";
        stage.answer(201, list(waiting.dump()));
        stage.answer(
            200,
            Json{
                {"name", "work"},
                {"platform", "bluesky"},
                {"state", state},
                {"state_reason", reason}}
                .dump());
        CHECK(stage.run({"schedule", "beef", "--account", "work", "--in", "2h"}) == 0);
        CHECK(stage.asked(1).path == "accounts/0000-account");
        CHECK(stage.terminal.err.find("It goes out while caasd runs") == std::string::npos);
        return stage.terminal.err;
    };
    CHECK(
        said("paused", "paused by a person")
            .find("work: waits, since the account is paused (paused by a person). Go on with: "
                  "caas account resume work") != std::string::npos);
    CHECK(
        said("needs_sign_in", "expired")
            .find("work: waits, since the account needs a sign-in (expired). Go on with: caas "
                  "account connect bluesky --name work") != std::string::npos);

    Stage fine;
    fine.answer(201, list(occurrence));
    CHECK(fine.run({"schedule", "beef", "--account", "work", "--in", "2h"}) == 0);
    CHECK(fine.terminal.err.find("It goes out while caasd runs") != std::string::npos);
}

TEST_CASE("slots set sends days and times and shows them") {
    Stage stage;
    stage.answer(
        200,
        R"({"account":"work","zone":"UTC","items":[)"
        R"({"day":"mon","time":"09:00","next_at":"2026-11-23T09:00:00.000Z"}],"next_cursor":null})");

    CHECK(stage.run({"slots", "set", "work", "mon,wed", "9:00,", "fri 17:30"}) == 0);

    CHECK(stage.asked().method == "PUT");
    CHECK(stage.asked().path == "accounts/work/slots");
    CHECK(
        stage.asked_json() ==
        Json::parse(R"({"items":[{"day":"mon","time":"09:00"},{"day":"wed","time":"09:00"},)"
                    R"({"day":"fri","time":"17:30"}]})"));
    CHECK(
        stage.terminal.out.find("mon  09:00  in 23 h (2026-11-23 09:00 UTC)") != std::string::npos);
}

TEST_CASE("slots set needs times or to be told to clear") {
    Stage stage;
    stage.answer(200, R"({"account":"work","zone":"UTC","items":[],"next_cursor":null})");

    CHECK(stage.run({"slots", "set", "work"}) == 2);
    CHECK(stage.run({"slots", "set", "work", "mon 09:00", "--clear"}) == 2);
    CHECK(stage.run({"slots", "set", "work", "noday 09:00"}) == 4);
    CHECK(stage.script.asked.empty());
    CHECK(stage.run({"slots", "set", "work", "--clear"}) == 0);
    CHECK(stage.asked_json() == Json::parse(R"({"items":[]})"));
}

TEST_CASE("slots list says how to set some when there are none") {
    Stage stage;
    stage.answer(200, R"({"account":"work","zone":"UTC","items":[],"next_cursor":null})");

    CHECK(stage.run({"slots", "list", "work"}) == 0);

    CHECK(stage.terminal.err.find("caas slots set work") != std::string::npos);
}

TEST_CASE("series show tells the next occurrences and which of them are posts") {
    Stage stage;
    stage.answer(200, series);

    CHECK(stage.run({"series", "show", "7a8b"}) == 0);

    CHECK(stage.asked().path == "series/7a8b");
    const auto& out = stage.terminal.out;
    CHECK(out.find("rule     FREQ=DAILY;BYHOUR=9;BYMINUTE=0\n") != std::string::npos);
    CHECK(
        out.find("2026-11-23 09:00  in 23 h (2026-11-23 09:00 UTC)  1a2b3c4d  scheduled\n") !=
        std::string::npos);
    CHECK(out.find("not made yet\n") != std::string::npos);
}

TEST_CASE("series show does not say of what a restore passed over that nothing was running") {
    Stage stage;
    auto passed = Json::parse(series);
    passed["passed_over"] = 3;
    stage.answer(200, passed.dump());

    CHECK(stage.run({"series", "show", "7a8b"}) == 0);

    CHECK(
        stage.terminal.out.find("3: nothing was running, or they were due before a restore\n") !=
        std::string::npos);
}

TEST_CASE("series list filters, series end asks first") {
    Stage stage;
    stage.answer(200, list(series));
    stage.answer(
        200,
        R"({"id":"01997d3a-0000-7000-8000-00005e6f7a8b","state":"ended","canceled_posts":2,"failed_posts":1})");

    CHECK(stage.run({"series", "list", "--state", "active", "--account", "work"}) == 0);
    CHECK(stage.run({"series", "end", "7a8b", "--no-input"}) == 2);
    CHECK(stage.run({"series", "end", "7a8b", "--yes"}) == 0);

    CHECK(stage.asked(0).query == Query{{"state", "active"}, {"account", "work"}});
    CHECK(stage.asked(1).method == "DELETE");
    CHECK(stage.terminal.err.find("2 waiting posts are canceled.") != std::string::npos);
    CHECK(stage.terminal.err.find("Stopped half-way: 1 thread. ") != std::string::npos);
}

TEST_CASE("series list names the state that was mistyped") {
    Stage stage;

    CHECK(stage.run({"series", "list", "--state", "activ"}) == 2);
    CHECK(stage.run({"series", "list", "--state", "paused"}) == 2);

    CHECK(stage.script.asked.empty());
    CHECK(stage.terminal.err.find("did you mean `active`?") != std::string::npos);
}

TEST_CASE("posts list can be of one series") {
    Stage stage;
    stage.answer(200, list(occurrence));

    CHECK(stage.run({"posts", "list", "--series", "7a8b"}) == 0);

    CHECK(stage.asked().query == Query{{"series", "7a8b"}});
}

}  // namespace
}  // namespace caas::cli
