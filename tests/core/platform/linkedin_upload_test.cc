// Pictures and videos on their way to LinkedIn, step by step.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/drivers.h"
#include "tests/core/platform/linkedin_world.h"

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
    Access access;
    std::optional<Step> step;

    explicit Trip(std::vector<Medium> media, Access who = acme_on_linkedin())
        : access(std::move(who)) {
        what.parts[0].media = std::move(media);
    }

    // Asks for the next step and writes it down.
    std::string begin() {
        step = linkedin::driver.next(what, journal, access, world.tools);
        write_down(journal, *step, world.clock.now());
        return step->name;
    }

    Outcome perform() {
        return linkedin::driver.perform(what, *step, journal, access, world.tools);
    }

    // Performs the step that was begun, with this answer, and writes down what came of it.
    std::string end(int status, std::string body, net::Headers headers = {}) {
        world.http.answer(status, std::move(body), std::move(headers));
        return keep(perform());
    }

    std::string keep(Outcome outcome) {
        auto& entry = journal.back();
        if (auto* on = std::get_if<Continue>(&outcome)) {
            entry.cursor = on->cursor;
        } else if (auto* done = std::get_if<Done>(&outcome)) {
            entry.state = StepState::done;
            entry.cursor = done->cursor;
        } else {
            entry.state = StepState::failed;
        }
        return brief(outcome);
    }

    const net::Request& request() const { return world.last_request(); }

    std::string sent_bytes() const {
        const auto& source = *request().source;
        return source.read(0, static_cast<std::size_t>(source.size));
    }
};

constexpr const char* image_begun =
    R"({"value":{"uploadUrlExpiresAt":1650567510704,"image":"urn:li:image:C4",)"
    R"("uploadUrl":"https://www.linkedin.com/dms-uploads/C4"}})";
constexpr const char* video_begun =
    R"({"value":{"video":"urn:li:video:V1","uploadToken":"tok","uploadInstructions":[)"
    R"({"firstByte":0,"lastByte":3,"uploadUrl":"https://www.linkedin.com/dms-uploads/0"},)"
    R"({"firstByte":4,"lastByte":5,"uploadUrl":"https://www.linkedin.com/dms-uploads/1"}]}})";
constexpr const char* available = R"({"status":"AVAILABLE"})";

TEST_CASE("a picture is announced, put and waited for before the post") {
    Trip trip({medium_of("image/png", "bytes", "A cat")});

    CHECK(trip.begin() == "initialize_1");
    CHECK(trip.step->is_repeatable);
    CHECK_FALSE(trip.step->publishes);
    CHECK(trip.end(200, image_begun) == "done");
    CHECK(trip.request().url == "https://api.example/rest/images?action=initializeUpload");
    CHECK(
        trip.request().body ==
        R"({"initializeUploadRequest":{"owner":"urn:li:organization:5515715"}})");
    CHECK(trip.begin() == "send_1");
    CHECK(trip.end(201, "") == "done");
    CHECK(trip.request().method == "PUT");
    CHECK(trip.request().url == "https://www.linkedin.com/dms-uploads/C4");
    CHECK(header(trip.request(), "Authorization") == "Bearer token");
    CHECK(trip.sent_bytes() == "bytes");
    CHECK(trip.begin() == "ready_1");
    CHECK(trip.end(200, R"({"status":"PROCESSING"})") == "later");
    CHECK(trip.request().url == "https://api.example/rest/images/urn%3Ali%3Aimage%3AC4");
    CHECK(trip.begin() == "ready_1");
    CHECK(trip.end(200, available) == "done");
    CHECK(trip.begin() == "create");
    CHECK(
        json::parse(trip.step->prepared, "body").at("content") ==
        Json{{"media", {{"id", "urn:li:image:C4"}, {"altText", "A cat"}}}});
}

TEST_CASE("a member's picture gets a moment, since nobody may ask how it is doing") {
    Trip trip({medium_of("image/png", "bytes")}, ana_on_linkedin());
    trip.begin();
    trip.end(200, image_begun);
    trip.begin();
    trip.end(201, "");

    CHECK(trip.begin() == "ready_1");
    const auto asked = trip.world.http.asked.size();
    CHECK(trip.keep(trip.perform()) == "later");
    trip.world.clock.advance(std::chrono::seconds(10));
    CHECK(trip.begin() == "ready_1");
    CHECK(trip.keep(trip.perform()) == "done");
    CHECK(trip.world.http.asked.size() == asked);
    CHECK(trip.begin() == "create");
}

TEST_CASE("several pictures go together") {
    Trip trip({medium_of("image/png", "one"), medium_of("image/jpeg", "two", "2")});
    trip.begin();
    trip.end(200, image_begun);
    trip.begin();
    trip.end(201, "");
    trip.begin();
    trip.end(200, available);
    CHECK(trip.begin() == "initialize_2");
    trip.end(200, R"({"value":{"image":"urn:li:image:C5","uploadUrl":"https://h.example/5"}})");
    CHECK(trip.begin() == "send_2");
    trip.end(201, "");
    trip.begin();
    trip.end(200, available);

    CHECK(trip.begin() == "create");
    CHECK(
        json::parse(trip.step->prepared, "body").at("content").at("multiImage").at("images") ==
        Json::array({{{"id", "urn:li:image:C4"}}, {{"id", "urn:li:image:C5"}, {"altText", "2"}}}));
}

TEST_CASE("the token is shown to LinkedIn's own hosts only") {
    Trip trip({medium_of("image/png", "one")});
    trip.begin();
    trip.end(200, R"({"value":{"image":"urn:li:image:C5","uploadUrl":"https://h.example/5"}})");
    trip.begin();
    trip.end(201, "");

    CHECK(trip.request().url == "https://h.example/5");
    CHECK(header(trip.request(), "Authorization").empty());
}

TEST_CASE("a video goes part by part, goes on where it stopped, and is finished by its parts") {
    Trip trip({medium_of("video/mp4", "abcdef")});
    CHECK(trip.begin() == "initialize_1");
    CHECK(trip.end(200, video_begun) == "done");
    CHECK(
        trip.request().body ==
        R"({"initializeUploadRequest":{"fileSizeBytes":6,"owner":"urn:li:organization:5515715",)"
        R"("uploadCaptions":false,"uploadThumbnail":false}})");
    CHECK(trip.begin() == "send_1");
    CHECK(trip.end(200, "", {{"ETag", "e0"}}) == "continue");
    CHECK(trip.sent_bytes() == "abcd");
    CHECK(header(trip.request(), "Authorization").empty());
    CHECK(trip.end(503, "") == "not_sent linkedin.http_503");
    CHECK(trip.begin() == "send_1");
    CHECK(trip.end(200, "", {{"ETag", "e1"}}) == "done");
    CHECK(trip.sent_bytes() == "ef");
    CHECK(trip.request().url == "https://www.linkedin.com/dms-uploads/1");
    CHECK(trip.begin() == "finalize_1");
    CHECK(trip.end(200, "") == "done");
    CHECK(
        trip.request().body ==
        R"({"finalizeUploadRequest":{"uploadToken":"tok","uploadedPartIds":["e0","e1"],)"
        R"("video":"urn:li:video:V1"}})");
    CHECK(trip.begin() == "ready_1");
    CHECK(trip.end(200, available) == "done");
    CHECK(trip.request().url == "https://api.example/rest/videos/urn%3Ali%3Avideo%3AV1");
    CHECK(trip.begin() == "create");
    CHECK(trip.step->prepared.find("urn:li:video:V1") != std::string::npos);
}

void send_video(Trip& trip) {
    trip.begin();
    trip.end(200, video_begun);
    trip.begin();
    trip.end(200, "", {{"ETag", "e0"}});
    trip.end(200, "", {{"ETag", "e1"}});
}

TEST_CASE("finishing a video twice is no reason to fail, finishing it wrongly is") {
    constexpr const char* refusal = R"({"code":"ILLEGAL_ARGUMENT"})";
    Trip wrong({medium_of("video/mp4", "abcdef")});
    send_video(wrong);
    wrong.begin();
    CHECK(wrong.end(400, refusal) == "refused linkedin.illegal_argument");

    Trip twice({medium_of("video/mp4", "abcdef")});
    send_video(twice);
    twice.begin();
    CHECK(twice.end(502, "") == "not_sent linkedin.http_502");
    CHECK(twice.begin() == "finalize_1");
    CHECK(twice.end(400, refusal) == "done");
    CHECK(twice.begin() == "ready_1");
}

TEST_CASE("a part of a video whose receipt is missing is sent again") {
    Trip trip({medium_of("video/mp4", "abcdef")});
    trip.begin();
    trip.end(200, video_begun);
    trip.begin();

    CHECK(trip.end(200, "") == "not_sent linkedin.unreadable_answer");
    CHECK(trip.begin() == "send_1");
    CHECK(trip.end(200, "", {{"ETag", "e0"}}) == "continue");
    CHECK(trip.sent_bytes() == "abcd");
}

TEST_CASE("an address that has grown old is asked for again") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();
    trip.end(200, image_begun);
    trip.world.clock.advance(std::chrono::hours(2));

    CHECK(trip.begin() == "initialize_1");
}

TEST_CASE("what LinkedIn could not process is refused, what it never finishes is given up") {
    Trip trip({medium_of("image/png", "bytes")});
    trip.begin();
    trip.end(200, image_begun);
    trip.begin();
    trip.end(201, "");
    trip.begin();
    CHECK(trip.end(200, R"({"status":"PROCESSING_FAILED"})") == "refused linkedin.media_failed");
    trip.world.clock.advance(std::chrono::minutes(121));
    trip.begin();
    CHECK(trip.end(200, R"({"status":"PROCESSING"})") == "refused linkedin.media_stuck");
}

TEST_CASE("what LinkedIn takes beside each other is known before anything is sent") {
    const auto png = medium_of("image/png", "bytes");
    const auto outcome_with = [](std::vector<Medium> media) {
        Trip trip(std::move(media));
        trip.begin();
        auto said = brief(trip.perform());
        CHECK(trip.world.http.asked.empty());
        return said;
    };
    CHECK(outcome_with({png, medium_of("video/mp4", "b")}) == "refused linkedin.media_mix");
    CHECK(outcome_with(std::vector<Medium>(21, png)) == "refused linkedin.media_mix");
    CHECK(outcome_with({medium_of("image/webp", "b")}) == "refused linkedin.media_type");
    Trip trip({});
    trip.what.parts.push_back({"Two", {png}});
    trip.begin();
    CHECK(brief(trip.perform()) == "refused linkedin.media_in_comment");
}

}  // namespace
}  // namespace caas::platform
