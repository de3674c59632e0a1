#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/drivers.h"
#include "core/platform/lint.h"
#include "tests/core/platform/publication_walk.h"

namespace caas::platform {
namespace {

Access ana() {
    Access access;
    access.remote_id = "178";
    access.handle = "ana";
    access.credentials.access = Secret("token");
    return access;
}

Medium medium(const std::string& type, const std::string& url) {
    Medium out;
    out.id = "01932f00-0000-7000-8000-00000000ed1a";
    out.type = type;
    out.size = 1000;
    out.width = 1080;
    out.height = 1080;
    out.alt = "A cat";
    out.url = url;
    out.read = [](std::int64_t offset, std::size_t most) {
        return std::string(std::min(most, static_cast<std::size_t>(1000 - offset)), 'x');
    };
    return out;
}

Walk walk(std::vector<std::string> texts, std::vector<Medium> media, std::string options = "{}") {
    auto what = publication(std::move(texts));
    what.parts[0].media = std::move(media);
    what.options = std::move(options);
    return {instagram::driver, ana(), std::move(what)};
}

const Medium picture = medium("image/jpeg", "https://m.example/a.jpg");
const Medium film = medium("video/mp4", "https://m.example/b.mp4");

constexpr const char* room =
    R"({"data":[{"quota_usage":2,"config":{"quota_total":50,"quota_duration":86400}}]})";

// What the first container is asked for with.
std::string first_form(
    std::vector<std::string> texts, std::vector<Medium> media, std::string options = "{}") {
    auto it = walk(std::move(texts), std::move(media), std::move(options));
    REQUIRE(it.take(200, room) == "quota: done");
    it.step();
    it.answered(200, R"({"id":"c1"})");
    return it.request().body;
}

TEST_CASE("a picture is made, waited for, published, and its address read") {
    auto it = walk({"Hello #cat"}, {picture});

    CHECK(it.take(200, room) == "quota: done");
    CHECK(it.take(200, R"({"id":"c1"})") == "container: done");
    CHECK(it.take(200, R"({"status_code":"FINISHED"})") == "ready: done");
    CHECK(it.take(200, R"({"id":"m1"})") == "publish: continue");
    CHECK(brief(it.answered(200, R"({"permalink":"https://i/p/m1"})")) == "done");

    const auto& asked = it.world.http.asked;
    REQUIRE(asked.size() == 5);
    CHECK(
        asked[0].url ==
        "https://graph.instagram.com/v26.0/178/content_publishing_limit?fields="
        "quota_usage%2Cconfig");
    CHECK(asked[1].url == "https://graph.instagram.com/v26.0/178/media");
    CHECK(
        asked[1].body ==
        "image_url=https%3A%2F%2Fm.example%2Fa.jpg&alt_text=A%20cat&caption=Hello%20%23cat");
    CHECK(asked[2].url == "https://graph.instagram.com/v26.0/c1?fields=status_code%2Cstatus");
    CHECK(asked[3].url == "https://graph.instagram.com/v26.0/178/media_publish");
    CHECK(asked[3].body == "creation_id=c1");
    CHECK(it.journal.back().url == "https://i/p/m1");
    CHECK(it.step() == nullptr);
}

TEST_CASE("a single video is a reel, with its options") {
    CHECK(
        first_form(
            {"Look"},
            {film},
            R"({"share_to_feed":false,"thumb_offset":"1500","user_tags":"ana",
                "collaborators":"@bob"})") ==
        "media_type=REELS&share_to_feed=false&thumb_offset=1500&video_url=https%3A%2F%2Fm.example"
        "%2Fb.mp4&user_tags=%5B%7B%22username%22%3A%22ana%22%7D%5D&caption=Look&collaborators=%5B"
        "%22bob%22%5D");
}

TEST_CASE("a story has no caption and no words for its picture") {
    CHECK(
        first_form({"Unseen"}, {picture}, R"({"kind":"story"})") ==
        "media_type=STORIES&image_url=https%3A%2F%2Fm.example%2Fa.jpg");
}

TEST_CASE("people are tagged at their places in a picture") {
    CHECK(
        first_form({""}, {picture}, R"({"user_tags":"ana, @bob.b:0.25,0.75"})") ==
        "image_url=https%3A%2F%2Fm.example%2Fa.jpg&alt_text=A%20cat&user_tags=%5B%7B%22username%22"
        "%3A%22ana%22%2C%22x%22%3A0.5%2C%22y%22%3A0.5%7D%2C%7B%22username%22%3A%22bob.b%22%2C%22x"
        "%22%3A0.25%2C%22y%22%3A0.75%7D%5D");
}

TEST_CASE("several media are a carousel") {
    auto it = walk({"Look"}, {picture, film});
    it.take(200, room);
    CHECK(it.take(200, R"({"id":"i1"})") == "item: done");
    CHECK(
        it.request().body ==
        "image_url=https%3A%2F%2Fm.example%2Fa.jpg&alt_text=A%20cat&is_carousel_item=true");
    CHECK(it.take(200, R"({"id":"i2"})") == "item: done");
    CHECK(
        it.request().body ==
        "media_type=VIDEO&video_url=https%3A%2F%2Fm.example%2Fb.mp4&is_carousel_item=true");
    CHECK(it.take(200, R"({"status_code":"FINISHED"})") == "item_ready: done");
    CHECK(it.take(200, R"({"status_code":"FINISHED"})") == "item_ready: done");
    CHECK(it.take(200, R"({"id":"c1"})") == "container: done");
    CHECK(it.request().body == "media_type=CAROUSEL&caption=Look&children=i1%2Ci2");
}

TEST_CASE("a video without a public address is pushed, to the host that is known for it") {
    auto it = walk({"Look"}, {medium("video/mp4", "")});
    it.take(200, room);
    CHECK(
        it.take(200, R"({"id":"c1","uri":"https://evil.example/ig-api-upload/v26.0/c1"})") ==
        "container: done");
    CHECK(it.request().body == "media_type=REELS&upload_type=resumable&caption=Look");
    CHECK(it.take(200, R"({"success":true})") == "upload: done");

    const auto& request = it.request();
    CHECK(request.url == "https://rupload.facebook.com/ig-api-upload/v26.0/c1");
    CHECK(header(request, "Authorization") == "OAuth token");
    CHECK(header(request, "offset") == "0");
    CHECK(header(request, "file_size") == "1000");
    REQUIRE(request.source.has_value());
    CHECK(request.source->size == 1000);
    CHECK(request.source->read(990, 100) == "xxxxxxxxxx");
    CHECK(it.take(200, R"({"status_code":"FINISHED"})") == "ready: done");
}

TEST_CASE("a push that may have stopped half way gets another container") {
    auto it = walk({"Look"}, {medium("video/mp4", "")});
    it.take(200, room);
    it.take(200, R"({"id":"c1","uri":"https://rupload.facebook.com/ig-api-upload/v26.0/c1"})");
    it.step();
    CHECK(brief(it.failed(net::Failure::Kind::broken)) == "not_sent instagram.broken");

    CHECK(it.take(200, R"({"id":"c2"})") == "container: done");
}

TEST_CASE("the parts after the first are comments under it") {
    auto it = walk({"Post", "First comment", "Second"}, {picture});
    it.take(200, room);
    it.take(200, R"({"id":"c1"})");
    it.take(200, R"({"status_code":"FINISHED"})");
    it.take(200, R"({"id":"m1"})");
    it.answered(200, R"({"permalink":"https://i/p/m1"})");

    CHECK(it.take(200, R"({"id":"k1"})") == "comment: done");
    CHECK(it.current->publishes);
    CHECK_FALSE(it.current->is_repeatable);
    CHECK(it.request().url == "https://graph.instagram.com/v26.0/m1/comments");
    CHECK(it.request().body == "message=First%20comment");
    CHECK(it.request().is_create);
    CHECK(it.take(500, "") == "comment: unknown instagram.http_500");
    it.world.http.answer(
        200,
        R"({"data":[{"id":"k1","text":"Second","timestamp":"2026-11-22T10:00:01+0000"},
                    {"id":"b1","text":"Second","timestamp":"2026-11-22T10:00:01+0000",
                     "username":"bob"},
                    {"id":"k2","text":"Second","timestamp":"2026-11-22T10:00:01+0000",
                     "username":"ana"}]})");
    const auto sight = it.look();
    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "k2");
    it.world.http.answer(200, R"({"data":[]})");
    CHECK(brief(it.look()) == "cannot_tell");
}

TEST_CASE("a published container is found among the posts, a story among the stories") {
    for (const bool is_story : {false, true}) {
        CAPTURE(is_story);
        auto it = walk({"Look"}, {picture}, is_story ? R"({"kind":"story"})" : "{}");
        it.take(200, room);
        it.take(200, R"({"id":"c1"})");
        it.take(200, R"({"status_code":"FINISHED"})");
        it.step();
        it.failed(net::Failure::Kind::broken);
        it.world.http.answer(200, R"({"status_code":"PUBLISHED"})");
        Json post{
            {"id", "m1"},
            {"permalink", "https://i/p/m1"},
            {"timestamp", "2026-11-22T10:00:02+0000"}};
        if (!is_story)
            post["caption"] = "Look";
        it.world.http.answer(200, json::dump({{"data", {post}}}));

        const auto sight = it.look();

        REQUIRE(brief(sight) == "there");
        CHECK(std::get<There>(sight).remote_id == "m1");
        const auto* edge = is_story ? "/178/stories?" : "/178/media?";
        CHECK(it.request().url.find(edge) != std::string::npos);
    }
}

TEST_CASE("another story is not taken for the one whose container is spoilt") {
    auto it = walk({"Look"}, {picture}, R"({"kind":"story"})");
    it.take(200, room);
    it.take(200, R"({"id":"c1"})");
    it.take(200, R"({"status_code":"FINISHED"})");
    it.step();
    it.failed(net::Failure::Kind::broken);
    const Json story{{"id", "m1"}, {"timestamp", "2026-11-22T10:00:02+0000"}};
    it.world.http.answer(200, R"({"status_code":"ERROR"})");
    it.world.http.answer(200, json::dump({{"data", Json::array({story})}}));

    const auto sight = it.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK(std::get<CannotTell>(sight).may_be_there);
    it.world.http.answer(200, R"({"status_code":"ERROR"})");
    it.world.http.answer(200, R"({"data":[]})");
    CHECK(brief(it.look()) == "absent");
}

std::string refusal_of(Walk&& it) {
    it.step();
    const auto words = brief(it.performed());
    CHECK(it.world.http.asked.empty());
    return words;
}

Medium with(Medium out, const std::function<void(Medium&)>& change) {
    change(out);
    return out;
}

TEST_CASE("what Instagram cannot take is refused before anything is made") {
    CHECK(refusal_of(walk({"x"}, {})) == "refused instagram.media_required");
    CHECK(
        refusal_of(walk({"x"}, std::vector<Medium>(11, picture))) ==
        "refused instagram.media_too_many");
    CHECK(
        refusal_of(walk({"x"}, {medium("image/png", "https://m.example/a")})) ==
        "refused instagram.media_type");
    CHECK(refusal_of(walk({"x"}, {medium("image/jpeg", "")})) == "refused instagram.no_public_url");
    CHECK(
        refusal_of(walk({"x"}, {with(picture, [](Medium& m) { m.size = 9 << 20; })})) ==
        "refused instagram.media_too_large");
    CHECK(
        refusal_of(walk({"x"}, {with(picture, [](Medium& m) { m.height = 1400; })})) ==
        "refused instagram.media_ratio");
    CHECK(refusal_of(walk({"x"}, {with(film, [](Medium& m) {
                              m.duration = std::chrono::seconds(2);
                          })})) == "refused instagram.media_duration");
    CHECK(
        refusal_of(walk({"x"}, {picture, picture}, R"({"kind":"story"})")) ==
        "refused instagram.media_too_many");
    CHECK(
        refusal_of(walk({"x"}, {picture}, R"({"kind":"reel"})")) == "refused instagram.media_type");
    CHECK(
        refusal_of(walk({"x", "y"}, {picture}, R"({"kind":"story"})")) ==
        "refused instagram.bad_comment");
    CHECK(refusal_of(walk({"x", " "}, {picture})) == "refused instagram.bad_comment");
    CHECK(
        refusal_of(walk({"x"}, {picture}, R"({"user_tags":"ana:2,0"})")) ==
        "refused instagram.user_tags");
    CHECK(
        refusal_of(walk({"x"}, {film}, R"({"thumb_offset":"1s"})")) ==
        "refused instagram.thumb_offset");
    CHECK(
        refusal_of(walk({"x"}, {film}, R"({"cover_url":"cover.jpg"})")) ==
        "refused instagram.cover_url");
}

TEST_CASE("a first comment is no thread, and needs no medium of its own") {
    auto what = publication({"Post", "Comment"});
    what.parts[0].media = {picture};

    const auto report = lint(instagram::driver, what.parts, MediaRule::must_be_there);

    CHECK(report.is_valid());
}

TEST_CASE("Instagram's numbers have our names") {
    World world;
    world.http.answer(
        200,
        R"({"data":[{"name":"reach","values":[{"value":13}]},
                    {"name":"saved","total_value":{"value":2}},
                    {"name":"comments","values":[{"value":0}]}]})");
    Entry entry;
    entry.step = "publish";
    entry.remote_id = "m1";

    CHECK(
        instagram::driver.measure(entry, ana(), world.tools) ==
        Metrics{{"reach", 13}, {"saves", 2}, {"replies", 0}});
    CHECK((instagram::driver.remove == nullptr));
}

}  // namespace
}  // namespace caas::platform
