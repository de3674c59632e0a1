// Pictures and videos on their way to X, step by step.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/drivers.h"
#include "tests/core/platform/x_world.h"

namespace caas::platform {
namespace {

Medium medium_of(std::string type, std::string bytes, std::string alt = "") {
    Medium medium;
    medium.id = "m";
    medium.type = std::move(type);
    medium.size = static_cast<std::int64_t>(bytes.size());
    medium.alt = std::move(alt);
    medium.read = [kept = std::move(bytes)](std::int64_t offset, std::size_t most) {
        return kept.substr(static_cast<std::size_t>(offset), most);
    };
    return medium;
}

// A post with media on its way, kept as the engine keeps it.
struct Trip {
    World world;
    Publication what = publication({"Look"});
    Journal journal;
    std::optional<Step> step;

    explicit Trip(std::vector<Medium> media) { what.parts[0].media = std::move(media); }

    // Asks for the next step and writes it down.
    std::string begin() {
        step = x::driver.next(what, journal, ana_on_x(), world.tools);
        write_down(journal, *step, world.clock.now());
        return step->name;
    }

    Outcome perform() { return x::driver.perform(what, *step, journal, ana_on_x(), world.tools); }

    // Performs the step that was begun, with this answer, and writes down what came of it.
    std::string end(int status, std::string body) {
        world.http.answer(status, std::move(body));
        auto outcome = perform();
        auto& entry = journal.back();
        if (auto* on = std::get_if<Continue>(&outcome)) {
            entry.cursor = on->cursor;
        } else if (auto* done = std::get_if<Done>(&outcome)) {
            entry.state = StepState::done;
            entry.remote_id = done->remote_id;
            entry.cursor = done->cursor;
        } else {
            entry.state = StepState::failed;
        }
        return brief(outcome);
    }

    const net::Request& request() const { return world.last_request(); }
};

constexpr const char* initialized =
    R"({"data":{"id":"188","media_key":"3_188","expires_after_secs":86400}})";
constexpr const char* appended = R"({"data":{"expires_at":1700000000}})";
constexpr const char* finalized = R"({"data":{"id":"188","size":5,"expires_after_secs":86400}})";

void upload(Trip& trip) {
    trip.begin();
    trip.end(200, initialized);
    trip.begin();
    trip.end(200, appended);
    trip.begin();
    trip.end(200, finalized);
}

std::string processing(std::string_view state) {
    return json::dump(
        {{"data",
          {{"id", "188"}, {"processing_info", {{"state", state}, {"check_after_secs", 5}}}}}});
}

TEST_CASE("a picture goes to X in three calls, its description in one, then the post") {
    Trip trip({medium_of("image/png", "bytes", "A cat")});

    CHECK(trip.begin() == "initialize_1");
    CHECK(trip.end(200, initialized) == "done");
    CHECK(trip.request().url == "https://api.example/2/media/upload/initialize");
    CHECK(
        trip.request().body ==
        R"({"media_category":"tweet_image","media_type":"image/png","total_bytes":5})");
    CHECK(trip.begin() == "append_1");
    CHECK(trip.end(200, appended) == "done");
    CHECK(trip.request().url == "https://api.example/2/media/upload/188/append");
    CHECK(header(trip.request(), "Content-Type").starts_with("multipart/form-data; boundary="));
    CHECK(trip.request().body.find("name=\"segment_index\"\r\n\r\n0\r\n") != std::string::npos);
    CHECK(trip.request().body.find("\r\n\r\nbytes\r\n--") != std::string::npos);
    CHECK(trip.begin() == "finalize_1");
    CHECK(trip.end(200, finalized) == "done");
    CHECK(trip.request().url == "https://api.example/2/media/upload/188/finalize");
    CHECK(trip.begin() == "describe_1");
    CHECK(trip.end(200, "{}") == "done");
    CHECK(trip.request().url == "https://api.example/2/media/metadata");
    CHECK(trip.request().body == R"({"id":"188","metadata":{"alt_text":{"text":"A cat"}}})");
    CHECK(trip.begin() == "create");
    CHECK(trip.step->prepared == R"({"media":{"media_ids":["188"]},"text":"Look"})");
}

TEST_CASE("steps of an upload may be repeated and show nothing to anybody") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();

    CHECK(trip.step->is_repeatable);
    CHECK_FALSE(trip.step->publishes);
    trip.journal.back().state = StepState::unknown;
    CHECK(brief(x::driver.look(trip.what, trip.journal, ana_on_x(), trip.world.tools)) == "absent");
    CHECK(trip.world.http.asked.empty());
}

TEST_CASE("a large file goes in pieces and goes on where it stopped") {
    const std::string mebibyte(1U << 20U, 'a');
    Trip trip({medium_of("video/mp4", mebibyte + mebibyte + "end")});
    trip.begin();
    trip.end(200, initialized);

    CHECK(trip.begin() == "append_1");
    CHECK(trip.end(200, appended) == "continue");
    CHECK(trip.end(200, appended) == "continue");
    CHECK(trip.end(503, "") == "not_sent x.http_503");
    CHECK(trip.begin() == "append_1");
    CHECK(trip.end(200, appended) == "done");
    CHECK(trip.request().body.find("name=\"segment_index\"\r\n\r\n2\r\n") != std::string::npos);
    CHECK(trip.request().body.find("\r\n\r\nend\r\n--") != std::string::npos);
    CHECK(trip.begin() == "finalize_1");
}

TEST_CASE("a video is waited for, rarer the longer it takes") {
    Trip trip({medium_of("video/mp4", "bytes")});
    trip.begin();
    trip.end(200, initialized);
    trip.begin();
    trip.end(200, appended);
    trip.begin();
    CHECK(trip.end(200, processing("pending")) == "done");

    CHECK(trip.begin() == "status_1");
    trip.world.http.answer(200, processing("in_progress"));
    const auto first = trip.perform();
    CHECK(trip.request().url == "https://api.example/2/media/upload?command=STATUS&media_id=188");
    CHECK(std::get<Later>(first).at - trip.world.clock.now() == std::chrono::seconds(5));
    CHECK_FALSE(std::get<Later>(first).is_for_account);
    trip.journal.back().state = StepState::failed;
    trip.world.clock.advance(std::chrono::minutes(2));
    CHECK(trip.begin() == "status_1");
    trip.world.http.answer(200, processing("in_progress"));
    CHECK(std::get<Later>(trip.perform()).at - trip.world.clock.now() == std::chrono::seconds(30));
    CHECK(trip.end(200, processing("succeeded")) == "done");
    CHECK(trip.begin() == "create");
}

TEST_CASE("a video that X cannot process is refused with X's words") {
    Trip trip({medium_of("video/mp4", "bytes")});
    trip.begin();
    trip.end(200, initialized);
    trip.begin();
    trip.end(200, appended);
    trip.begin();
    trip.world.http.answer(
        200,
        R"({"data":{"id":"188","processing_info":{"state":"failed","error":)"
        R"({"code":1,"name":"InvalidMedia","message":"bad codec"}}}})");

    const auto outcome = trip.perform();

    REQUIRE(brief(outcome) == "refused x.media_failed");
    CHECK(std::get<Refused>(outcome).message.ends_with("bad codec"));
}

TEST_CASE("a video that is never ready is given up after two hours") {
    Trip trip({medium_of("video/mp4", "bytes")});
    trip.begin();
    trip.end(200, initialized);
    trip.begin();
    trip.end(200, appended);
    trip.begin();
    trip.end(200, processing("pending"));
    trip.begin();
    trip.journal.back().state = StepState::failed;
    trip.world.clock.advance(std::chrono::minutes(121));

    CHECK(trip.begin() == "status_1");
    CHECK(trip.end(200, processing("in_progress")) == "refused x.media_stuck");
}

TEST_CASE("finishing an upload twice is no reason to fail") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();
    trip.end(200, initialized);
    trip.begin();
    trip.end(200, appended);
    trip.begin();
    CHECK(trip.end(502, "") == "not_sent x.http_502");

    CHECK(trip.begin() == "finalize_1");
    CHECK(trip.end(400, R"({"title":"Invalid Request"})") == "done");
    CHECK(trip.begin() == "status_1");
    CHECK(trip.end(200, finalized) == "done");
    CHECK(trip.begin() == "create");
}

TEST_CASE("a refusal of the first try to finish is one") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();
    trip.end(200, initialized);
    trip.begin();
    trip.end(200, appended);
    trip.begin();

    CHECK(trip.end(400, "{}") == "refused x.http_400");
}

TEST_CASE("what X has forgotten by now is sent again") {
    Trip trip({medium_of("image/png", "bytes")});
    upload(trip);
    CHECK(trip.begin() == "create");
    trip.journal.back().state = StepState::failed;

    trip.world.clock.advance(std::chrono::hours(24));

    CHECK(trip.begin() == "initialize_1");
}

TEST_CASE("all pictures of a thread are with X before its first part goes out") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.what.parts.push_back({"Two", {medium_of("image/jpeg", "bytes")}});
    upload(trip);

    CHECK(trip.begin() == "initialize_1");
    CHECK(trip.step->part == 1);
}

TEST_CASE("a proxy's page in place of an answer is not taken for one") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();
    CHECK(trip.end(200, "<html>") == "not_sent x.unreadable_answer");
    CHECK(trip.begin() == "initialize_1");
    CHECK(trip.end(200, initialized) == "done");
    trip.begin();
    CHECK(trip.end(200, "<html>") == "not_sent x.unreadable_answer");
    CHECK(trip.begin() == "append_1");
}

TEST_CASE("an upload is told to wait and to sign in as a post is") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();
    CHECK(trip.end(429, "") == "later");
    CHECK(trip.end(401, "") == "refresh x.http_401");
    CHECK(trip.end(402, "") == "later");
    CHECK(trip.end(400, "{}") == "refused x.http_400");
}

TEST_CASE("what X takes beside each other is known before anything is sent") {
    const auto outcome_with = [](std::vector<Medium> media) {
        Trip trip(std::move(media));
        trip.begin();
        auto said = brief(trip.perform());
        CHECK(trip.world.http.asked.empty());
        return said;
    };
    const auto png = medium_of("image/png", "bytes");
    CHECK(outcome_with({png, medium_of("video/mp4", "b")}) == "refused x.media_mix");
    CHECK(outcome_with({medium_of("image/gif", "b"), png}) == "refused x.media_mix");
    CHECK(outcome_with({png, png, png, png, png}) == "refused x.media_mix");
    CHECK(outcome_with({medium_of("image/tiff", "b")}) == "refused x.media_type");
}

TEST_CASE("a file that got shorter since is not sent") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.what.parts[0].media[0].size = 9;
    trip.begin();
    trip.end(200, initialized);
    trip.begin();

    CHECK(brief(trip.perform()) == "refused x.medium_missing");
}

TEST_CASE("a picture may stand alone, and a long description is cut") {
    Trip trip({medium_of("image/webp", "bytes", std::string(1500, 'a'))});
    trip.what.parts[0].text.clear();
    upload(trip);

    CHECK(trip.begin() == "describe_1");
    trip.end(200, "{}");
    CHECK(trip.request().body.size() < 1100);
    CHECK(trip.begin() == "create");
    CHECK(trip.step->prepared == R"({"media":{"media_ids":["188"]}})");
}

}  // namespace
}  // namespace caas::platform
