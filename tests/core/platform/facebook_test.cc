#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/url.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/publication_walk.h"

namespace caas::platform {
namespace {

Access page() {
    Access access;
    access.remote_id = "555";
    access.handle = "Our page";
    access.credentials.access = Secret("token");
    return access;
}

Medium medium(const std::string& type, std::int64_t size = 1000) {
    Medium out;
    out.id = "01932f00-0000-7000-8000-00000000ed1a";
    out.type = type;
    out.size = size;
    out.alt = "A cat";
    out.read = [size](std::int64_t offset, std::size_t most) {
        const auto left = static_cast<std::size_t>(std::max<std::int64_t>(size - offset, 0));
        return std::string(std::min(most, left), 'x');
    };
    return out;
}

Publication of(std::vector<std::string> texts, std::vector<Medium> media = {}) {
    auto what = publication(std::move(texts));
    what.parts[0].media = std::move(media);
    return what;
}

Walk walk(std::vector<std::string> texts, std::vector<Medium> media = {}) {
    return {facebook::driver, page(), of(std::move(texts), std::move(media))};
}

// The whole of a body that is read in pieces of this size.
std::string body_of(const net::Request& request, std::size_t size = 1U << 20U) {
    std::string out;
    for (auto piece = request.source->read(0, size); !piece.empty();
         piece = request.source->read(static_cast<std::int64_t>(out.size()), size))
        out += piece;
    return out;
}

TEST_CASE("a text is one call, then its address is read") {
    auto it = walk({"Hello & good day"});

    CHECK(it.take(200, R"({"id":"555_1"})") == "create: continue");
    CHECK(it.current->publishes);
    CHECK_FALSE(it.current->is_repeatable);
    CHECK(brief(it.answered(200, R"({"permalink_url":"https://f/1"})")) == "done");

    const auto& asked = it.world.http.asked;
    CHECK(asked[0].url == "https://graph.facebook.com/v26.0/555/feed");
    CHECK(asked[0].body == "message=Hello%20%26%20good%20day");
    CHECK(asked[0].is_create);
    CHECK(header(asked[0], "Authorization") == "Bearer token");
    CHECK(asked[1].url == "https://graph.facebook.com/v26.0/555_1?fields=permalink_url");
    CHECK(it.journal.back().remote_id == "555_1");
    CHECK(it.journal.back().url == "https://f/1");
    CHECK(it.step() == nullptr);
}

TEST_CASE("a link goes with a text") {
    auto it = walk({"Read"});
    it.what.options = R"({"link":"https://example.com/a?b"})";
    it.take(200, R"({"id":"555_1"})");
    CHECK(it.request().body == "message=Read&link=https%3A%2F%2Fexample.com%2Fa%3Fb");
}

TEST_CASE("pictures are uploaded unseen, then attached") {
    auto it = walk({"Look"}, {medium("image/jpeg"), medium("image/png")});

    CHECK(it.take(200, R"({"id":"p1"})") == "photo: done");
    CHECK_FALSE(it.current->publishes);
    const auto& request = it.request();
    CHECK(request.url == "https://graph.facebook.com/v26.0/555/photos");
    CHECK_FALSE(request.is_create);
    const auto body = body_of(request);
    CHECK(request.source->size == static_cast<std::int64_t>(body.size()));
    CHECK(body_of(request, 7) == body);
    CHECK(body.find("name=\"published\"\r\n\r\nfalse\r\n") != std::string::npos);
    CHECK(body.find("name=\"alt_text_custom\"\r\n\r\nA cat\r\n") != std::string::npos);
    CHECK(body.find("Content-Type: image/jpeg\r\n\r\n" + std::string(1000, 'x')) != body.npos);
    CHECK(it.take(200, R"({"id":"p2"})") == "photo: done");
    CHECK(it.take(200, R"({"id":"555_1"})") == "create: continue");
    CHECK(
        net::form_decode(it.request().body) ==
        net::Pairs{
            {"message", "Look"},
            {"attached_media", R"([{"media_fbid":"p1"},{"media_fbid":"p2"}])"}});
}

TEST_CASE("an upload that got no answer is made again, since nobody saw it") {
    auto it = walk({"Look"}, {medium("image/jpeg")});
    it.step();
    CHECK(brief(it.failed(net::Failure::Kind::timeout)) == "not_sent facebook.timeout");
    CHECK(it.take(500, "") == "photo: not_sent facebook.http_500");
    it.step();
    const auto sight = it.look();
    REQUIRE(brief(sight) == "absent");
    CHECK(std::get<Absent>(sight).is_over);
}

TEST_CASE("a video goes chunk by chunk, as Facebook asks for it, and is then published") {
    auto it = walk({"Look"}, {medium("video/mp4", 250)});

    CHECK(
        it.take(
            200,
            R"({"upload_session_id":"s1","video_id":"v1","start_offset":"0","end_offset":"200"})") ==
        "upload: continue");
    CHECK(it.request().body == "upload_phase=start&file_size=250");
    CHECK(brief(it.answered(200, R"({"start_offset":"200","end_offset":"250"})")) == "continue");
    CHECK(
        body_of(it.request()).find("\r\n\r\n" + std::string(200, 'x') + "\r\n--") !=
        std::string::npos);
    CHECK(brief(it.answered(200, R"({"start_offset":"250","end_offset":"250"})")) == "continue");
    const auto last = body_of(it.request());
    CHECK(last.find("name=\"start_offset\"\r\n\r\n200\r\n") != std::string::npos);
    CHECK(last.find("\r\n\r\n" + std::string(50, 'x') + "\r\n--") != std::string::npos);
    CHECK(brief(it.performed()) == "done");
    CHECK(it.take(200, R"({"success":true})") == "finish: continue");
    CHECK(it.current->publishes);
    CHECK(it.request().body == "upload_phase=finish&upload_session_id=s1&description=Look");
    CHECK(brief(it.answered(200, R"({"permalink_url":"/555/videos/v1"})")) == "done");
    CHECK(it.journal.back().remote_id == "v1");
    CHECK(it.journal.back().url == "https://www.facebook.com/555/videos/v1");
}

// A video that Facebook took, with a comment to come.
struct Film : Walk {
    Film() : Walk(facebook::driver, page(), of({"Look", "Comment"}, {medium("video/mp4", 250)})) {
        take(
            200,
            R"({"upload_session_id":"s1","video_id":"v1","start_offset":"250","end_offset":"250"})");
        performed();
        take(200, R"({"success":true})");
        answered(200, "{}");
    }
};

TEST_CASE("a video is out when Facebook has processed it, and then gets its comments") {
    Film it;
    REQUIRE(it.journal.back().remote_id == "v1");

    CHECK(it.take(200, R"({"status":{"video_status":"processing"}})") == "ready: later");
    CHECK(it.request().url == "https://graph.facebook.com/v26.0/v1?fields=status");
    CHECK_FALSE(it.current->publishes);
    CHECK(it.take(500, "") == "ready: not_sent facebook.http_500");
    CHECK(it.take(200, R"({"status":{"video_status":"ready"}})") == "ready: done");
    CHECK(it.take(200, R"({"id":"k1"})") == "comment: done");
    CHECK(it.step() == nullptr);
}

TEST_CASE("a video that Facebook can make nothing of is not called published") {
    Film it;

    CHECK(
        it.take(200, R"({"status":{"video_status":"error"}})") ==
        "ready: refused facebook.video_failed");
}

TEST_CASE("a video whose state Facebook does not tell is taken for ready") {
    Film silent;
    CHECK(silent.take(200, "{}") == "ready: done");
    Film forbidden;
    CHECK(forbidden.take(400, R"({"error":{"message":"x","code":100}})") == "ready: done");
}

TEST_CASE("an upload that does not move on ends") {
    auto it = walk({"Look"}, {medium("video/mp4", 250)});
    it.take(
        200, R"({"upload_session_id":"s1","video_id":"v1","start_offset":"0","end_offset":"200"})");
    CHECK(
        brief(it.answered(200, R"({"start_offset":"0","end_offset":"200"})")) ==
        "not_sent facebook.unreadable_answer");
}

TEST_CASE("the parts after the first are comments under it") {
    auto it = walk({"Post", "Comment"});
    it.take(200, R"({"id":"555_1"})");
    it.answered(200, "{}");

    CHECK(it.take(200, R"({"id":"k1"})") == "comment: done");
    CHECK(it.request().url == "https://graph.facebook.com/v26.0/555_1/comments");
    CHECK(it.request().body == "message=Comment");
    CHECK(it.step() == nullptr);
}

std::string outcome_of_creating(int status, const std::string& body) {
    return walk({"Hello"}).take(status, body);
}

std::string error(int code, int subcode = 0) {
    return json::dump({{"error", {{"message", "x"}, {"code", code}, {"error_subcode", subcode}}}});
}

TEST_CASE("an error of Facebook's own does not say that nothing was made") {
    CHECK(outcome_of_creating(500, error(2)) == "create: unknown facebook.code_2");
    CHECK(outcome_of_creating(400, error(1)) == "create: unknown facebook.code_1");
    CHECK(outcome_of_creating(503, "") == "create: unknown facebook.http_503");
    CHECK(outcome_of_creating(200, "<html>") == "create: unknown facebook.unreadable_answer");
    CHECK(outcome_of_creating(200, "{}") == "create: unknown facebook.unreadable_answer");
    CHECK(outcome_of_creating(400, error(506)) == "create: unknown facebook.code_506");
}

TEST_CASE("what else Facebook may say of a post") {
    CHECK(outcome_of_creating(400, error(100)) == "create: refused facebook.code_100");
    CHECK(
        outcome_of_creating(400, error(100, 1609005)) ==
        "create: refused facebook.code_100_1609005");
    CHECK(outcome_of_creating(403, error(200)) == "create: refused facebook.no_permission");
    CHECK(outcome_of_creating(400, error(32)) == "create: later");
    CHECK(
        outcome_of_creating(400, error(368, 1390008)) == "create: held facebook.code_368_1390008");
    CHECK(outcome_of_creating(400, error(190, 492)) == "create: sign_in facebook.code_190_492");
}

struct Doubt : Walk {
    explicit Doubt(std::vector<Medium> media = {})
        : Walk(facebook::driver, page(), of({"Hello"}, std::move(media))) {
        for (std::size_t i = 0; i < what.parts[0].media.size(); ++i)
            take(200, R"({"id":"p)" + std::to_string(i) + R"("})");
        take(500, error(2));
    }

    std::string look_at(const Json& posts) {
        world.http.answer(200, json::dump({{"data", posts}}));
        return brief(look());
    }
};

Json listed(const std::string& text, const std::string& time = "10:00:20") {
    return {
        {"id", "555_9"},
        {"message", text},
        {"permalink_url", "https://f/9"},
        {"created_time", "2026-11-22T" + time + "+0000"}};
}

TEST_CASE("a post in doubt is found by its words among the newest") {
    Doubt it;
    CHECK(it.look_at({listed("Other"), listed("Hello ")}) == "there");
    CHECK(it.request().url.starts_with(
        "https://graph.facebook.com/v26.0/555/published_posts?fields=id%2Cmessage%2Ccreated_time"
        "%2Cpermalink_url%2Cattachments"));
    CHECK(it.request().url.find("&since=1795291200&limit=25") != std::string::npos);
}

TEST_CASE("a visitor's comment in the same words is not taken for ours") {
    auto it = walk({"Post", "Same"});
    it.take(200, R"({"id":"555_1"})");
    it.answered(200, "{}");
    it.take(500, error(2));
    const auto by = [&](const std::string& id, const std::string& author) {
        return Json{
            {"id", id},
            {"message", "Same"},
            {"created_time", "2026-11-22T10:00:20+0000"},
            {"from", {{"id", author}}}};
    };
    it.world.http.answer(200, json::dump({{"data", Json::array({by("k1", "900")})}}));
    CHECK(brief(it.look()) == "cannot_tell");
    CHECK(it.request().url.find("created_time%2Cfrom") != std::string::npos);

    it.world.http.answer(
        200, json::dump({{"data", Json::array({by("k1", "900"), by("k2", "555")})}}));
    const auto sight = it.look();

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "k2");
}

TEST_CASE("an equal post that another one of ours became on the page is another post") {
    Doubt it;
    it.what.made_by_others = {"555_9"};
    CHECK(it.look_at(Json::array({listed("Hello")})) == "cannot_tell");
    it.what.made_by_others = {"https://f/9"};
    CHECK(it.look_at(Json::array({listed("Hello")})) == "cannot_tell");
}

TEST_CASE("of a post without words another picture of the page is no proof") {
    auto it = walk({""}, {medium("image/jpeg")});
    it.take(200, R"({"id":"p0"})");
    it.take(500, error(2));
    auto other = listed("");
    Json attachment;
    attachment["media_type"] = "photo";
    other["attachments"]["data"].push_back(attachment);
    it.world.http.answer(200, json::dump({{"data", Json::array({other})}}));

    const auto sight = it.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK(std::get<CannotTell>(sight).may_be_there);
}

TEST_CASE("a post that is not listed may be there all the same") {
    Doubt it;
    CHECK(it.look_at(Json::array()) == "cannot_tell");
    it.world.http.answer(500, "");
    CHECK(brief(it.look()) == "cannot_tell");
}

// Whether a look at what Facebook lists under `data` leaves it to a person to send it again.
bool may_be_there(Walk& it, const Json& post) {
    it.world.http.answer(200, json::dump({{"data", Json::array({post})}}));
    const auto sight = it.look();
    REQUIRE(brief(sight) == "cannot_tell");
    return std::get<CannotTell>(sight).may_be_there;
}

TEST_CASE("an equal post from before the try is ours only if the clock was wrong") {
    Doubt it;
    CHECK(may_be_there(it, listed("Hello", "07:00:00")));
    auto before = listed("Hello");
    before["created_time"] = "2026-11-21T19:00:00+0000";
    CHECK_FALSE(may_be_there(it, before));
}

TEST_CASE("an equal comment from before the try is ours only if the clock was wrong") {
    auto it = walk({"Post", "Same"});
    it.take(200, R"({"id":"555_1"})");
    it.answered(200, "{}");
    it.take(500, error(2));
    CHECK(may_be_there(it, listed("Same", "07:00:00")));
    CHECK_FALSE(may_be_there(it, listed("Other", "07:00:00")));
}

TEST_CASE("a post with other media is not taken for ours") {
    auto with = [](Json post, int pictures) {
        Json attachment{{"media_type", "album"}};
        for (int i = 0; i < pictures; ++i)
            attachment["subattachments"]["data"].push_back({{"media_type", "photo"}});
        post["attachments"]["data"].push_back(attachment);
        return post;
    };
    Doubt it({medium("image/jpeg"), medium("image/jpeg")});
    CHECK(it.look_at({listed("Hello"), with(listed("Hello"), 3)}) == "cannot_tell");
    CHECK(it.look_at(Json::array({with(listed("Hello"), 2)})) == "there");
}

TEST_CASE("a post of the same words with other media is for a person to judge") {
    Doubt it;
    auto pictured = listed("Hello");
    pictured["attachments"]["data"].push_back(Json{{"media_type", "photo"}, {"type", "photo"}});
    CHECK(may_be_there(it, pictured));
}

TEST_CASE("the preview of a link to a video is no medium of the post") {
    auto shared = listed("Hello");
    shared["attachments"]["data"].push_back(
        Json{{"media_type", "video"}, {"type", "video_share_youtube"}});
    Doubt it;
    CHECK(it.look_at(Json::array({shared})) == "there");
}

std::string refusal_of(Walk&& it) {
    it.step();
    const auto words = brief(it.performed());
    CHECK(it.world.http.asked.empty());
    return words;
}

TEST_CASE("what Facebook cannot take is refused before anything is made") {
    CHECK(
        refusal_of(walk({"x"}, {medium("video/mp4"), medium("image/jpeg")})) ==
        "refused facebook.media_too_many");
    CHECK(
        refusal_of(walk({"x"}, {medium("image/jpeg", 5 << 20)})) ==
        "refused facebook.media_too_large");
    CHECK(refusal_of(walk({"x", ""})) == "refused facebook.bad_comment");
    auto link = walk({"x"});
    link.what.options = R"({"link":"nowhere"})";
    CHECK(refusal_of(std::move(link)) == "refused facebook.link");
    auto both = walk({"x"}, {medium("image/jpeg")});
    both.what.options = R"({"link":"https://example.com"})";
    CHECK(refusal_of(std::move(both)) == "refused facebook.link");
}

TEST_CASE("a thread on a page that does not allow comments is refused before its first part") {
    auto it = walk({"Post", "Comment"});
    it.access.scopes = "pages_show_list pages_manage_posts";
    CHECK(refusal_of(std::move(it)) == "refused facebook.may_not_comment");
}

TEST_CASE("what a page allows matters for threads, and only where it is known") {
    auto single = walk({"Post"});
    single.access.scopes = "pages_show_list pages_manage_posts";
    CHECK(single.take(200, R"({"id":"555_1"})") == "create: continue");
    auto allowed = walk({"Post", "Comment"});
    allowed.access.scopes = "pages_manage_posts pages_manage_engagement";
    CHECK(allowed.take(200, R"({"id":"555_1"})") == "create: continue");
    auto unknown = walk({"Post", "Comment"});
    CHECK(unknown.take(200, R"({"id":"555_1"})") == "create: continue");
}

TEST_CASE("a sign-in at Facebook asks for all that a thread needs") {
    auto it = walk({"Post", "Comment"});
    it.access.scopes = facebook::driver.sign_in->kinds.front().scopes;

    CHECK(it.take(200, R"({"id":"555_1"})") == "create: continue");
}

TEST_CASE("a post is taken back and its numbers are read, the retired ones left out") {
    World world;
    Entry entry;
    entry.step = "create";
    entry.remote_id = "555_1";
    world.http.answer(200, R"({"success":true})");
    facebook::driver.remove(entry, page(), world.tools);
    CHECK(world.last_request().method == "DELETE");

    world.http.answer(
        200,
        R"({"shares":{"count":4},"reactions":{"summary":{"total_count":9}},
            "comments":{"summary":{"total_count":0}}})");
    world.http.answer(400, error(100));
    world.http.answer(200, R"({"data":[{"name":"post_clicks","values":[{"value":5}]}]})");
    CHECK(
        facebook::driver.measure(entry, page(), world.tools) ==
        Metrics{{"likes", 9}, {"replies", 0}, {"reposts", 4}, {"clicks", 5}});
}

}  // namespace
}  // namespace caas::platform
