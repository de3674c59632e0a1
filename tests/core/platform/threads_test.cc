#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/url.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/publication_walk.h"

namespace caas::platform {
namespace {

Access ana() {
    Access access;
    access.remote_id = "777";
    access.handle = "ana";
    access.credentials.access = Secret("token");
    return access;
}

Walk walk(std::vector<std::string> texts) {
    return {threads::driver, ana(), publication(std::move(texts))};
}

Medium picture(const std::string& url) {
    Medium medium;
    medium.id = "01932f00-0000-7000-8000-00000000ed1a";
    medium.type = "image/jpeg";
    medium.size = 1000;
    medium.alt = "A cat";
    medium.url = url;
    return medium;
}

constexpr const char* room =
    R"({"data":[{"quota_usage":4,"config":{"quota_total":250,"quota_duration":86400},
        "reply_quota_usage":0,"reply_config":{"quota_total":1000}}]})";
constexpr const char* finished = R"({"id":"c1","status":"FINISHED"})";

// Up to the publishing call of the first part.
void make_first(Walk& it) {
    REQUIRE(it.take(200, room) == "quota: done");
    REQUIRE(it.take(200, R"({"id":"c1"})") == "container: done");
    REQUIRE(it.take(200, finished) == "ready: done");
    REQUIRE(it.step() != nullptr);
    REQUIRE(it.name() == "publish");
}

void publish_first(Walk& it, const std::string& id = "m1") {
    make_first(it);
    REQUIRE(brief(it.answered(200, R"({"id":")" + id + R"("})")) == "continue");
    REQUIRE(
        brief(it.answered(
            200, R"({"id":")" + id + R"(","permalink":"https://t/)" + id + R"("})")) == "done");
}

TEST_CASE("a text is asked for room, made, waited for, published and its address read") {
    auto it = walk({"Hello & good day"});

    publish_first(it);

    const auto& asked = it.world.http.asked;
    REQUIRE(asked.size() == 5);
    CHECK(
        asked[0].url ==
        "https://graph.threads.net/v1.0/777/threads_publishing_limit?fields=quota_usage%2Cconfig"
        "%2Creply_quota_usage%2Creply_config");
    CHECK(asked[1].method == "POST");
    CHECK(asked[1].url == "https://graph.threads.net/v1.0/777/threads");
    CHECK(asked[1].body == "media_type=TEXT&text=Hello%20%26%20good%20day");
    CHECK(header(asked[1], "Authorization") == "Bearer token");
    CHECK(asked[2].url == "https://graph.threads.net/v1.0/c1?fields=status%2Cerror_message");
    CHECK(asked[3].url == "https://graph.threads.net/v1.0/777/threads_publish");
    CHECK(asked[3].body == "creation_id=c1");
    CHECK(asked[3].is_create);
    CHECK(asked[4].url == "https://graph.threads.net/v1.0/m1?fields=permalink");
    CHECK(it.journal.back().remote_id == "m1");
    CHECK(it.journal.back().url == "https://t/m1");
    CHECK(it.step() == nullptr);
}

TEST_CASE("only the publishing step publishes, and no repeat of it is harmless by itself") {
    auto it = walk({"Hello"});
    make_first(it);

    CHECK(it.current->publishes);
    CHECK_FALSE(it.current->is_repeatable);
    it.journal.clear();
    it.step();
    CHECK_FALSE(it.current->publishes);
    CHECK(it.current->is_repeatable);
}

TEST_CASE("each part of a thread answers the one before") {
    auto it = walk({"One", "Two", "Three"});
    it.what.options = R"({"topic_tag":"news","reply_control":"followers_only"})";
    publish_first(it);

    REQUIRE(it.step() != nullptr);
    CHECK(it.current->part == 1);
    it.answered(200, R"({"id":"c2"})");

    CHECK(it.request().body == "media_type=TEXT&text=Two&reply_to_id=m1");
    CHECK(
        it.world.http.asked[1].body ==
        "media_type=TEXT&text=One&reply_control=followers_only&topic_tag=news");
    CHECK(it.take(200, R"({"status":"FINISHED"})") == "ready: done");
    CHECK(it.take(200, R"({"id":"m2"})") == "publish: continue");
    CHECK(brief(it.answered(500, "")) == "done");
    REQUIRE(it.step() != nullptr);
    it.answered(200, R"({"id":"c3"})");
    CHECK(it.request().body == "media_type=TEXT&text=Three&reply_to_id=m2");
}

TEST_CASE("a picture goes by its address, with its words") {
    auto it = walk({"Look"});
    it.what.parts[0].media = {picture("https://media.example/a.jpg")};
    it.take(200, room);
    it.take(200, R"({"id":"c1"})");

    CHECK(
        it.request().body ==
        "media_type=IMAGE&image_url=https%3A%2F%2Fmedia.example%2Fa.jpg&alt_text=A%20cat&"
        "text=Look");
}

TEST_CASE("several media are a carousel of items that are ready before it is made") {
    auto it = walk({"Look"});
    it.what.parts[0].media = {
        picture("https://media.example/a.jpg"), picture("https://media.example/b.mp4")};
    it.what.parts[0].media[1].type = "video/mp4";
    it.take(200, room);

    CHECK(it.take(200, R"({"id":"i1"})") == "item: done");
    CHECK(
        it.request().body ==
        "media_type=IMAGE&image_url=https%3A%2F%2Fmedia.example%2Fa.jpg&alt_text=A%20cat&"
        "is_carousel_item=true");
    CHECK(it.take(200, R"({"id":"i2"})") == "item: done");
    CHECK(it.take(200, R"({"status":"FINISHED"})") == "item_ready: done");
    CHECK(it.take(200, R"({"status":"IN_PROGRESS"})") == "item_ready: later");
    CHECK(it.take(200, R"({"status":"FINISHED"})") == "item_ready: done");
    CHECK(it.take(200, R"({"id":"c1"})") == "container: done");
    CHECK(it.request().body == "media_type=CAROUSEL&text=Look&children=i1%2Ci2");
}

TEST_CASE("media in the making are asked for again a minute later, for this post alone") {
    auto it = walk({"Look"});
    it.what.parts[0].media = {picture("https://media.example/a.jpg")};
    it.take(200, room);
    it.take(200, R"({"id":"c1"})");
    it.step();

    const auto outcome = it.answered(200, R"({"status":"IN_PROGRESS"})");

    REQUIRE(brief(outcome) == "later");
    CHECK(std::get<Later>(outcome).at == it.world.clock.now() + std::chrono::minutes(1));
    CHECK_FALSE(std::get<Later>(outcome).is_for_account);
}

TEST_CASE("a spoilt container is made anew, three times at most") {
    auto it = walk({"Look"});
    it.what.parts[0].media = {picture("https://media.example/a.jpg")};
    it.take(200, room);
    for (const auto* id : {"1", "2", "3"}) {
        CAPTURE(id);
        CHECK(it.take(200, R"({"id":")" + std::string(id) + R"("})") == "container: done");
        CHECK(
            it.take(200, R"({"status":"ERROR","error_message":"FAILED_DOWNLOADING_VIDEO"})") ==
            "ready: done");
    }
    it.step();

    const auto outcome = it.performed();

    REQUIRE(brief(outcome) == "refused threads.media_not_taken");
    CHECK(std::get<Refused>(outcome).message.find("FAILED_DOWNLOADING_VIDEO") != std::string::npos);
}

TEST_CASE("a medium that Threads cannot take is not tried again") {
    auto it = walk({"Look"});
    it.what.parts[0].media = {picture("https://media.example/a.jpg")};
    it.take(200, room);
    it.take(200, R"({"id":"c1"})");
    it.take(200, R"({"status":"ERROR","error_message":"INVALID_ASPEC_RATIO"})");
    it.step();

    CHECK(brief(it.performed()) == "refused threads.media_not_taken");
}

TEST_CASE("a container that ran out of time or is gone is made anew") {
    for (const auto* body :
         {R"({"status":"EXPIRED"})",
          R"({"error":{"message":"x","code":100,"error_subcode":33}})"}) {
        CAPTURE(body);
        auto it = walk({"Hello"});
        it.take(200, room);
        it.take(200, R"({"id":"c1"})");
        CHECK(it.take(200, body) == "ready: done");
        CHECK(it.take(200, R"({"id":"c2"})") == "container: done");
    }
}

TEST_CASE("the account's posts of the day are spent: it waits, and asks again") {
    auto it = walk({"Hello"});
    it.step();
    const auto outcome =
        it.answered(200, R"({"data":[{"quota_usage":250,"config":{"quota_total":250}}]})");
    REQUIRE(brief(outcome) == "later");
    CHECK(std::get<Later>(outcome).is_for_account);
    CHECK(it.take(200, room) == "quota: done");
}

TEST_CASE("replies have a quota of their own") {
    const std::string body =
        R"({"data":[{"quota_usage":0,"reply_quota_usage":999,"reply_config":{"quota_total":1000}}]})";
    CHECK(walk({"One", "Two"}).take(200, body) == "quota: done");
    CHECK(walk({"One", "Two", "Three"}).take(200, body) == "quota: later");
}

TEST_CASE("a quota that is not told does not stop a post") {
    CHECK(walk({"Hello"}).take(200, R"({"data":[]})") == "quota: done");
    CHECK(walk({"Hello"}).take(400, R"({"error":{"message":"x","code":100}})") == "quota: done");
    CHECK(walk({"Hello"}).take(502, "") == "quota: not_sent threads.http_502");
}

TEST_CASE("rate limits that are used up are waited for before they refuse") {
    auto it = walk({"Hello"});
    it.step();

    const auto outcome = it.answered(
        200,
        room,
        {{"X-Business-Use-Case-Usage",
          R"({"1":[{"call_count":100,"estimated_time_to_regain_access":7}]})"}});

    REQUIRE(brief(outcome) == "later");
    CHECK(std::get<Later>(outcome).at == it.world.clock.now() + std::chrono::minutes(7));
}

std::string refusal_of(Walk& it) {
    it.step();
    const auto outcome = it.performed();
    CHECK(it.world.http.asked.empty());
    return brief(outcome);
}

TEST_CASE("what Threads cannot take is refused before anything of a thread goes out") {
    auto none = walk({"One", "Two"});
    none.what.parts[1].media = {picture("")};
    CHECK(refusal_of(none) == "refused threads.no_public_url");
    auto bad = walk({"One"});
    bad.what.parts[0].media = {picture("/media/ä.jpg")};
    CHECK(refusal_of(bad) == "refused threads.bad_public_url");
    auto type = walk({"One"});
    type.what.parts[0].media = {picture("https://media.example/a.webp")};
    type.what.parts[0].media[0].type = "image/webp";
    CHECK(refusal_of(type) == "refused threads.media_type");
    auto large = walk({"One"});
    large.what.parts[0].media = {picture("https://media.example/a.jpg")};
    large.what.parts[0].media[0].size = 9'000'000;
    CHECK(refusal_of(large) == "refused threads.media_too_large");
    auto topic = walk({"One"});
    topic.what.options = R"({"topic_tag":"a.b"})";
    CHECK(refusal_of(topic) == "refused threads.topic_tag");
}

TEST_CASE("a missing public address is told with the setting to make") {
    auto it = walk({"One"});
    it.what.parts[0].media = {picture("")};
    it.step();

    CHECK(std::get<Refused>(it.performed()).message.find("http.public_url") != std::string::npos);
}

}  // namespace
}  // namespace caas::platform
