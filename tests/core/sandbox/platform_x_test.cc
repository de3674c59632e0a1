// The pretend X refuses what the real one refuses and gives texts back as it does.
#include "core/sandbox/platform_x.h"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "tests/fake/fake_clock.h"

namespace caas::sandbox {
namespace {

struct World {
    fake::FakeClock clock;
    PretendX x{clock};

    net::Response call(const std::string& method, const std::string& path, std::string body = "") {
        net::Request request;
        request.method = method;
        request.url = "https://x.sandbox" + path;
        request.headers = {
            {"Authorization", "Bearer " + std::string(PretendX::first_token)},
            {"Content-Type", "application/json"}};
        request.body = std::move(body);
        return std::get<net::Response>(x.handle(request));
    }

    int post(const Json& body) { return call("POST", "/2/tweets", json::dump(body)).status; }

    Json newest() {
        const auto answer = call("GET", "/2/users/2244994945/tweets?max_results=5");
        return json::parse(answer.body, "list").at("data").at(0);
    }

    std::string begin(const std::string& type, const std::string& category, int size) {
        const auto answer = call(
            "POST",
            "/2/media/upload/initialize",
            json::dump(
                {{"media_type", type}, {"media_category", category}, {"total_bytes", size}}));
        const auto body = json::parse(answer.body, "initialize");
        return answer.status == 200 ? body.at("data").at("id").get<std::string>() : "";
    }

    int append(const std::string& id, int index, const std::string& base64) {
        return call(
                   "POST",
                   "/2/media/upload/" + id + "/append",
                   json::dump({{"media", base64}, {"segment_index", index}}))
            .status;
    }

    int finalize(const std::string& id) {
        return call("POST", "/2/media/upload/" + id + "/finalize").status;
    }

    int post_with(const std::string& id) {
        return post({{"text", "With " + id}, {"media", {{"media_ids", Json::array({id})}}}});
    }
};

TEST_CASE("X takes a post and shows it with its links shortened and its signs escaped") {
    World world;

    CHECK(world.post({{"text", "a < b & https://example.com/c"}}) == 201);

    const auto shown = world.newest();
    CHECK(shown.at("text").get<std::string>().starts_with("a &lt; b &amp; https://t.co/"));
    CHECK(shown.at("entities").at("urls").at(0).at("expanded_url") == "https://example.com/c");
}

TEST_CASE("X refuses what its schema does not have, and texts that are too long") {
    World world;
    CHECK(world.post({{"text", "Hello"}, {"colour", "red"}}) == 400);
    CHECK(world.post({{"text", "Hello"}, {"reply_settings", "nobody"}}) == 400);
    CHECK(world.post(Json::object()) == 400);
    CHECK(world.post({{"text", std::string(281, 'a')}}) == 400);
    CHECK(world.post({{"text", "$ONE and $TWO"}}) == 403);
    CHECK(world.post({{"text", "Hello"}, {"reply", {{"in_reply_to_tweet_id", "1"}}}}) == 404);
    CHECK(world.call("POST", "/2/tweets", "{").status == 400);
    CHECK(world.x.posts().empty());
    world.x.set_verified_type("blue");
    CHECK(world.post({{"text", std::string(281, 'a')}}) == 201);
}

TEST_CASE("X refuses an equal text, also of a post that was taken back") {
    World world;
    CHECK(world.post({{"text", "Hello"}}) == 201);
    CHECK(world.post({{"text", "Hello"}}) == 403);
    const auto id = world.x.posts().at(0).id;
    CHECK(world.call("DELETE", "/2/tweets/" + id).status == 200);
    CHECK(world.x.posts().empty());
    CHECK(world.post({{"text", "Hello"}}) == 403);
    CHECK(world.call("DELETE", "/2/tweets/" + id).status == 404);
}

TEST_CASE("X takes a token until it is revoked") {
    World world;
    world.x.revoke(std::string(PretendX::first_token));
    CHECK(world.post({{"text", "Hello"}}) == 401);
    world.x.allow(std::string(PretendX::first_token));
    CHECK(world.post({{"text", "Hello"}}) == 201);
}

TEST_CASE("a picture is ready once all of it is there, in whatever order it came") {
    World world;
    const auto id = world.begin("image/png", "tweet_image", 5);
    CHECK(world.post_with(id) == 400);
    CHECK(world.append(id, 1, "Y2Rl") == 200);  // "cde"
    CHECK(world.finalize(id) == 400);
    CHECK(world.append(id, 0, "YWI=") == 200);  // "ab"
    CHECK(world.append(id, 0, "YWI=") == 200);
    CHECK(world.finalize(id) == 200);
    CHECK(world.finalize(id) == 400);
    CHECK(world.x.media().at(id).bytes() == "abcde");
    CHECK(world.post_with(id) == 201);
}

TEST_CASE("a video is ready once it is processed, or never") {
    World world;
    const auto id = world.begin("video/mp4", "tweet_video", 2);
    world.append(id, 0, "YWI=");
    CHECK(world.finalize(id) == 200);
    CHECK(world.post_with(id) == 400);
    world.clock.advance(std::chrono::seconds(3));
    CHECK(world.post_with(id) == 201);

    world.x.set_processing(std::chrono::seconds(1), true);
    const auto bad = world.begin("video/mp4", "tweet_video", 2);
    world.append(bad, 0, "YWI=");
    world.finalize(bad);
    world.clock.advance(std::chrono::seconds(3));
    const auto status = world.call("GET", "/2/media/upload?command=STATUS&media_id=" + bad);
    CHECK(
        json::parse(status.body, "status").at("data").at("processing_info").at("state") ==
        "failed");
    CHECK(world.post_with(bad) == 400);
}

TEST_CASE("what X takes no upload of, and for how long it keeps one") {
    World world;
    CHECK(world.begin("image/tiff", "tweet_image", 5).empty());
    CHECK(world.begin("image/png", "tweet_image", (5 << 20) + 1).empty());
    CHECK(world.begin("image/png", "tweet_video", 5).empty());
    const auto id = world.begin("image/png", "tweet_image", 2);
    CHECK(world.append(id, 1000, "YWI=") == 400);
    CHECK(world.append("5", 0, "YWI=") == 404);
    world.clock.advance(std::chrono::hours(25));
    CHECK(world.append(id, 0, "YWI=") == 404);
}

}  // namespace
}  // namespace caas::sandbox
