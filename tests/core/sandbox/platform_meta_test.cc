// The pretend Graph APIs are as strict as the real ones are known to be.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/url.h"
#include "core/sandbox/platform_sandbox.h"
#include "tests/fake/fake_clock.h"

namespace caas::sandbox {
namespace {

struct Desk {
    fake::FakeClock clock;
    PlatformSandbox platforms{clock, Secret("secret")};
    std::string token{PretendMeta::first_token};

    Json send(const std::string& method, const std::string& path, const net::Pairs& fields = {}) {
        net::Request request;
        request.method = method;
        request.url = "https://meta.sandbox" + path;
        request.headers = {{"Authorization", "Bearer " + token}};
        if (method == "POST") {
            request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
            request.body = net::form_encode(fields);
        } else {
            request.url = net::with_query(request.url, fields);
        }
        const auto result = platforms.send(request);
        return json::parse(std::get<net::Response>(result).body, "answer");
    }

    // "190/467" of an error, else the id that was made.
    std::string post(const std::string& path, const net::Pairs& fields) {
        return words(send("POST", path, fields));
    }

    static std::string words(const Json& answer) {
        const auto* error = json::find(answer, "error");
        if (error == nullptr)
            return json::text_or(answer, "id", "no id");
        return std::to_string(json::integer_or(*error, "code", 0)) + "/" +
               std::to_string(json::integer_or(*error, "error_subcode", 0));
    }

    std::string state(const std::string& container) {
        return json::text_or(
            send("GET", "/threads/v1.0/" + container, {{"fields", "status"}}), "status", "none");
    }
};

constexpr const char* containers = "/threads/v1.0/me/threads";
constexpr const char* publishing = "/threads/v1.0/me/threads_publish";

TEST_CASE("a container is published once") {
    Desk desk;
    const auto container = desk.post(containers, {{"media_type", "TEXT"}, {"text", "Hello"}});
    CHECK(desk.state(container) == "FINISHED");
    desk.post(publishing, {{"creation_id", container}});

    CHECK(desk.state(container) == "PUBLISHED");
    CHECK(desk.post(publishing, {{"creation_id", container}}) == "100/0");
    CHECK(desk.platforms.threads.posts().size() == 1);
}

TEST_CASE("a container with media is in the making for a while and expires after a day") {
    Desk desk;
    const auto container = desk.post(
        containers, {{"media_type", "IMAGE"}, {"image_url", "https://media.example/a.jpg"}});
    CHECK(desk.state(container) == "IN_PROGRESS");
    CHECK(desk.post(publishing, {{"creation_id", container}}) == "9007/2207027");
    desk.clock.advance(std::chrono::minutes(1));
    CHECK(desk.state(container) == "FINISHED");
    desk.clock.advance(std::chrono::hours(24));
    CHECK(desk.state(container) == "EXPIRED");
    CHECK(desk.post(publishing, {{"creation_id", container}}) == "-2/2207020");
    CHECK(desk.platforms.threads.posts().empty());
}

TEST_CASE("what a container may hold is checked") {
    Desk desk;
    CHECK(desk.post(containers, {{"text", "Hello"}}) == "100/0");
    CHECK(desk.post(containers, {{"media_type", "TEXT"}}) == "100/0");
    CHECK(
        desk.post(containers, {{"media_type", "TEXT"}, {"text", std::string(501, 'a')}}) ==
        "100/0");
    CHECK(
        desk.post(
            containers, {{"media_type", "TEXT"}, {"text", "a"}, {"auto_publish_text", "true"}}) ==
        "100/0");
    CHECK(
        desk.post(containers, {{"media_type", "IMAGE"}, {"image_url", "/media/a.jpg"}}) ==
        "9004/2207052");
    CHECK(
        desk.post(
            containers, {{"media_type", "IMAGE"}, {"image_url", "https://m.example/\u00e4"}}) ==
        "9004/2207052");
    CHECK(
        desk.post(containers, {{"media_type", "TEXT"}, {"text", "a"}, {"reply_to_id", "1"}}) ==
        "100/33");
    CHECK(desk.post(containers, {{"media_type", "CAROUSEL"}, {"children", "1"}}) == "100/2207028");
}

TEST_CASE("only the account's token is good, and only in a header") {
    Desk desk;
    CHECK(
        desk.post(
            containers, {{"media_type", "TEXT"}, {"text", "a"}, {"access_token", desk.token}}) ==
        "100/0");
    desk.token = "other";
    CHECK(desk.post(containers, {{"media_type", "TEXT"}, {"text", "a"}}) == "190/467");
}

TEST_CASE("another version is another API") {
    Desk desk;
    CHECK(Desk::words(desk.send("GET", "/threads/v2.0/me")) == "2500/0");
    CHECK(Desk::words(desk.send("GET", "/threads/v0.9/me")) == "2635/0");
    CHECK(Desk::words(desk.send("GET", "/instagram/v26.0/me")) == PretendMeta::user_id);
}

TEST_CASE("the posts of a day are counted") {
    Desk desk;
    desk.platforms.threads.set_quota(1);
    const net::Pairs text{{"media_type", "TEXT"}, {"text", "Hello"}};
    desk.post(publishing, {{"creation_id", desk.post(containers, text)}});
    const auto second = desk.post(containers, text);
    CHECK(desk.post(publishing, {{"creation_id", second}}) == "9/2207042");
    desk.clock.advance(std::chrono::hours(23));
    CHECK(desk.post(publishing, {{"creation_id", second}}) == "9/2207042");
    CHECK(desk.platforms.threads.posts().size() == 1);
}

TEST_CASE("Facebook can lie about a post, and refuse an equal one") {
    Desk desk;
    desk.platforms.facebook.lie(1);
    CHECK(desk.post("/facebook/v26.0/me/feed", {{"message", "Hello"}}) == "2/0");
    CHECK(desk.platforms.facebook.posts().size() == 1);
    desk.platforms.facebook.refuse_duplicates();
    CHECK(desk.post("/facebook/v26.0/me/feed", {{"message", "Hello"}}) == "506/1455006");
    CHECK(
        desk.post(
            "/facebook/v26.0/me/feed", {{"message", "Other"}, {"scheduled_publish_time", "1"}}) ==
        "100/0");
}

}  // namespace
}  // namespace caas::sandbox
