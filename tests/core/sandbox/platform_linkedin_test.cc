// The pretend LinkedIn refuses what the real one refuses and loses what the real one loses.
#include "core/sandbox/platform_linkedin.h"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "tests/fake/fake_clock.h"

namespace caas::sandbox {
namespace {

struct World {
    fake::FakeClock clock;
    PretendLinkedin linkedin{clock};
    std::string token{PretendLinkedin::member_token};
    std::string version = "202601";

    net::Response call(const std::string& method, const std::string& path, std::string body = "") {
        net::Request request;
        request.method = method;
        request.url = path.starts_with("https:") ? path : "https://linkedin.sandbox" + path;
        request.headers = {
            {"Authorization", "Bearer " + token},
            {"LinkedIn-Version", version},
            {"X-Restli-Protocol-Version", "2.0.0"},
            {"X-RestLi-Method", "FINDER"},
            {"Content-Type", "application/json"}};
        request.body = std::move(body);
        return std::get<net::Response>(linkedin.handle(request));
    }

    net::Response post(const Json& body) { return call("POST", "/rest/posts", json::dump(body)); }
};

Json body_of(std::string_view text, std::string_view author = PretendLinkedin::member) {
    return {
        {"author", author},
        {"commentary", text},
        {"visibility", "PUBLIC"},
        {"distribution", {{"feedDistribution", "MAIN_FEED"}}},
        {"lifecycleState", "PUBLISHED"}};
}

TEST_CASE("LinkedIn answers a post with nothing but its URN in a header") {
    World world;

    const auto answer = world.post(body_of("Hello"));

    CHECK(answer.status == 201);
    CHECK(answer.body.empty());
    CHECK(answer.header("X-RestLi-Id")->starts_with("urn:li:share:"));
}

TEST_CASE("LinkedIn loses what follows an unescaped sign of markup, without a word") {
    CHECK(shown_text("Hello (you)") == "Hello ");
    CHECK(shown_text(R"(Hello \(you\))") == "Hello (you)");
    CHECK(shown_text(R"({hashtag|\#|my\_tag} #bare end)") == "#my_tag #bare end");
    CHECK(shown_text("Hi @[Ana](urn:li:person:1)!") == "Hi Ana!");
    CHECK(shown_text("Hi @ana") == "Hi ");
    CHECK(shown_text(R"(a \\ b)") == R"(a \ b)");
}

TEST_CASE("LinkedIn refuses unknown members, dead versions and other people's names") {
    World world;
    auto body = body_of("Hello");
    body["colour"] = "red";
    CHECK(world.post(body).status == 422);
    CHECK(world.post(body_of("Hello", PretendLinkedin::organization)).status == 403);
    auto hidden = body_of("Hello");
    hidden["visibility"] = "NOBODY";
    CHECK(world.post(hidden).status == 422);
    world.version = "202411";
    const auto dead = world.post(body_of("Hello"));
    CHECK(dead.status == 426);
    CHECK(dead.body.find("NONEXISTENT_VERSION") != std::string::npos);
    CHECK(world.linkedin.posts().empty());
}

TEST_CASE("LinkedIn names the post that a duplicate equals, also when it is deleted") {
    World world;
    const auto urn = *world.post(body_of("Hello")).header("x-restli-id");

    const auto again = world.post(body_of("Hello"));
    CHECK(again.status == 422);
    CHECK(again.body.find("DUPLICATE_POST") != std::string::npos);
    CHECK(again.body.find(urn) != std::string::npos);
    CHECK(world.call("DELETE", "/rest/posts/" + urn).status == 204);
    CHECK(world.call("DELETE", "/rest/posts/" + urn).status == 204);
    CHECK(world.post(body_of("Hello")).status == 422);
}

TEST_CASE("only an organization can list what it posted") {
    World world;
    const std::string list = "/rest/posts?q=author&author=";
    CHECK(world.call("GET", list + "urn%3Ali%3Aperson%3A782bbtaQ").status == 403);
    world.token = PretendLinkedin::organization_token;
    CHECK(world.call("GET", list + "urn%3Ali%3Aorganization%3A5515715").status == 200);
}

TEST_CASE("a picture must be put and processed before it is shown") {
    World world;
    world.token = PretendLinkedin::organization_token;
    const std::string owner(PretendLinkedin::organization);
    const auto begun = world.call(
        "POST",
        "/rest/images?action=initializeUpload",
        json::dump({{"initializeUploadRequest", {{"owner", owner}}}}));
    const auto value = json::parse(begun.body, "begun").at("value");
    const auto urn = value.at("image").get<std::string>();
    auto body = body_of("Look", PretendLinkedin::organization);
    body["content"]["media"]["id"] = urn;

    CHECK(world.post(body).status == 422);
    CHECK(world.call("PUT", value.at("uploadUrl").get<std::string>(), "bytes").status == 201);
    CHECK(world.post(body).status == 422);
    world.clock.advance(std::chrono::seconds(3));
    CHECK(world.call("GET", "/rest/images/" + urn).body.find("AVAILABLE") != std::string::npos);
    CHECK(world.post(body).status == 201);
    world.token = PretendLinkedin::member_token;
    CHECK(world.call("GET", "/rest/images/" + urn).status == 403);
}

TEST_CASE("a video is made up of its parts, in order, by the names they were given") {
    World world;
    const std::string owner(PretendLinkedin::member);
    const auto size = (4 << 20) + 2;
    const auto begun = world.call(
        "POST",
        "/rest/videos?action=initializeUpload",
        json::dump(
            {{"initializeUploadRequest",
              {{"owner", owner},
               {"fileSizeBytes", size},
               {"uploadCaptions", false},
               {"uploadThumbnail", false}}}}));
    const auto value = json::parse(begun.body, "begun").at("value");
    const auto& parts = value.at("uploadInstructions");
    REQUIRE(parts.size() == 2);
    const auto put = [&](std::size_t number, const std::string& bytes) {
        const auto url = parts.at(number).at("uploadUrl").get<std::string>();
        return *world.call("PUT", url, bytes).header("ETag");
    };
    const auto first = put(0, std::string(4 << 20, 'a'));
    const auto second = put(1, "bc");
    const auto finalize = [&](const Json& ids) {
        return world
            .call(
                "POST",
                "/rest/videos?action=finalizeUpload",
                json::dump(
                    {{"finalizeUploadRequest",
                      {{"video", value.at("video")},
                       {"uploadToken", value.at("uploadToken")},
                       {"uploadedPartIds", ids}}}}))
            .status;
    };

    CHECK(finalize(Json::array({second, first})) == 400);
    CHECK(finalize(Json::array({first, second})) == 200);
    CHECK(finalize(Json::array({first, second})) == 400);
}

}  // namespace
}  // namespace caas::sandbox
