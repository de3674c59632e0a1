// Finding a post of X again, taking it back, counting it.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/drivers.h"
#include "core/platform/x/post.h"
#include "tests/core/platform/x_world.h"

namespace caas::platform {
namespace {

Json listed(const std::string& text) {
    return {{"id", "42"}, {"text", text}, {"created_at", "2026-11-22T10:00:01.000Z"}};
}

// A post as X shows it, with one URL.
Json with_url(const std::string& text, const std::string& expanded) {
    auto post = listed(text);
    post["entities"]["urls"] =
        Json::array({{{"url", "https://t.co/abc"}, {"expanded_url", expanded}}});
    return post;
}

bool is_found(const std::string& sent, const Json& post) {
    return x::is_same({{"text", sent}}, post);
}

struct Doubt {
    World world;
    Publication what = publication({"Hello"});
    Journal journal;

    Doubt() {
        const auto step = x::driver.next(what, journal, ana_on_x(), world.tools);
        write_down(journal, *step, world.clock.now()).state = StepState::unknown;
    }

    Json now_listed(const std::string& text) const {
        auto post = listed(text);
        post["created_at"] = to_rfc3339(world.clock.now());
        return post;
    }

    void answer(const Json& posts) {
        world.http.answer(200, json::dump({{"data", posts}, {"meta", {{"result_count", 1}}}}));
    }

    Sight look() { return x::driver.look(what, journal, ana_on_x(), world.tools); }
};

Entry published() {
    Entry entry;
    entry.step = "create";
    entry.state = StepState::done;
    entry.remote_id = "42";
    return entry;
}

TEST_CASE("a text is known again as X gives it back") {
    CHECK(is_found("Hello", listed("Hello")));
    CHECK(is_found("Hello\r\nyou ", listed("Hello\nyou")));
    CHECK(is_found("a < b && c > d", listed("a &lt; b &amp;&amp; c &gt; d")));
    CHECK(is_found("&amp;lt;", listed("&amp;amp;lt;")));
    CHECK(is_found("Cafe\u0301", listed("Caf\u00e9")));
    CHECK_FALSE(is_found("Hello", listed("Hello!")));
    CHECK_FALSE(is_found("Hello", listed("")));
}

TEST_CASE("shortened links are read as what they stand for") {
    CHECK(is_found(
        "See https://example.com/a?b=1&c=2 now",
        with_url("See https://t.co/abc now", "https://example.com/a?b=1&c=2")));
    CHECK(is_found("See example.com", with_url("See https://t.co/abc", "http://example.com")));
    CHECK(is_found(
        "See https://Example.com", with_url("See https://t.co/abc", "https://example.com/")));
    CHECK_FALSE(is_found(
        "See https://example.com/a", with_url("See https://t.co/abc", "https://example.com/b")));
}

TEST_CASE("the link of the media is no part of the text, and their number must fit") {
    auto post = with_url("Hello https://t.co/abc", "https://x.com/ana/status/42/photo/1");
    post["entities"]["urls"][0]["media_key"] = "3_1";
    post["attachments"]["media_keys"] = Json::array({"3_1", "3_2"});
    const Json two{{"text", "Hello"}, {"media", {{"media_ids", Json::array({"1", "2"})}}}};
    const Json one{{"text", "Hello"}, {"media", {{"media_ids", Json::array({"1"})}}}};

    CHECK(x::is_same(two, post));
    CHECK_FALSE(x::is_same(one, post));
    CHECK_FALSE(is_found("Hello", post));
}

TEST_CASE("a post without words is known by the very pictures it shows") {
    Json sent;
    sent["media"]["media_ids"].push_back("188");
    auto post = listed("https://t.co/abc");
    post["entities"]["urls"] = Json::array({{{"url", "https://t.co/abc"}, {"media_key", "3_188"}}});
    post["attachments"]["media_keys"] = Json::array({"3_188"});

    CHECK(x::is_same(sent, post));
    post["attachments"]["media_keys"] = Json::array({"3_199"});
    CHECK_FALSE(x::is_same(sent, post));
}

TEST_CASE("a reply is known by what it answers") {
    auto post = listed("Hello");
    post["referenced_tweets"] = Json::array({{{"type", "replied_to"}, {"id", "7"}}});

    CHECK(x::is_same({{"text", "Hello"}, {"reply", {{"in_reply_to_tweet_id", "7"}}}}, post));
    CHECK_FALSE(x::is_same({{"text", "Hello"}, {"reply", {{"in_reply_to_tweet_id", "8"}}}}, post));
    CHECK_FALSE(is_found("Hello", post));
}

TEST_CASE("a long post is compared by its whole text") {
    auto post = listed("The beginning…");
    post["note_tweet"] = {{"text", "The beginning and the rest"}};

    CHECK(is_found("The beginning and the rest", post));
}

TEST_CASE("a post in doubt is found among the newest") {
    Doubt doubt;
    doubt.answer(Json::array({doubt.now_listed("Another"), doubt.now_listed("Hello")}));

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "42");
    CHECK(std::get<There>(sight).url == "https://x.com/ana/status/42");
    const auto url = net::parse_url(doubt.world.last_request().url);
    CHECK(url->path == "/2/users/2244994945/tweets");
    const auto since = to_rfc3339(doubt.world.clock.now() - std::chrono::hours(14));
    CHECK(url->query.find("start_time=" + net::percent_encode(since)) != std::string::npos);
}

TEST_CASE("the next page of a listing is looked at as well") {
    Doubt doubt;
    doubt.world.http.answer(
        200,
        json::dump(
            {{"data", Json::array({doubt.now_listed("Another")})},
             {"meta", {{"next_token", "n1"}}}}));
    doubt.answer(Json::array({doubt.now_listed("Hello")}));

    CHECK(brief(doubt.look()) == "there");
    CHECK(doubt.world.last_request().url.find("pagination_token=n1") != std::string::npos);
}

TEST_CASE("a listing never proves that a post is absent") {
    Doubt doubt;
    doubt.world.http.answer(200, R"({"meta":{"result_count":0}})");
    doubt.world.http.answer(503, "");
    doubt.world.http.answer(200, "<html>");
    doubt.world.http.fail(net::Failure::Kind::timeout, true);

    for (int i = 0; i < 4; ++i)
        CHECK(brief(doubt.look()) == "cannot_tell");
}

TEST_CASE("an equal post from before the try is ours only if our clock was wrong") {
    for (const auto& [hours, may_be_there] : {std::pair{3, true}, std::pair{15, false}}) {
        Doubt doubt;
        auto old = listed("Hello");
        old["created_at"] = to_rfc3339(doubt.world.clock.now() - std::chrono::hours(hours));
        doubt.answer(Json::array({old}));

        const auto sight = doubt.look();

        REQUIRE(brief(sight) == "cannot_tell");
        CHECK(std::get<CannotTell>(sight).may_be_there == may_be_there);
    }
}

TEST_CASE("an equal post that another one of ours became is not taken for it") {
    Doubt doubt;
    doubt.what.made_by_others = {"42", "https://x.com/ana/status/42"};
    doubt.answer(Json::array({doubt.now_listed("Hello")}));

    CHECK(brief(doubt.look()) == "cannot_tell");
}

TEST_CASE("an equal post that a person found at an address is not taken for the one in doubt") {
    for (const auto* address :
         {"https://x.com/ana/status/42",
          "https://twitter.com/ana/status/42?s=20",
          "HTTPS://X.com/i/status/42/",
          "https://mobile.x.com/ana/status/42/photo/1"}) {
        CAPTURE(address);
        Doubt doubt;
        doubt.what.seen_of_others = {address};
        doubt.answer(Json::array({doubt.now_listed("Hello")}));

        const auto sight = doubt.look();

        REQUIRE(brief(sight) == "cannot_tell");
        CHECK_FALSE(std::get<CannotTell>(sight).may_be_there);
    }
}

TEST_CASE("a post in doubt is found beside an equal one that a person found elsewhere") {
    Doubt doubt;
    doubt.what.seen_of_others = {"https://twitter.com/ana/status/41"};
    doubt.answer(Json::array({doubt.now_listed("Hello")}));

    CHECK(brief(doubt.look()) == "there");
}

TEST_CASE("nobody can tell whose an equal post is once another went out without an address") {
    Doubt doubt;
    doubt.what.seen_of_others = {""};
    doubt.answer(Json::array({doubt.now_listed("Hello")}));

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK(std::get<CannotTell>(sight).may_be_there);
}

TEST_CASE("a post of X is taken back, and one that is gone counts as taken back") {
    World world;
    world.http.answer(200, R"({"data":{"deleted":true}})");
    world.http.answer(
        404, R"({"type":"https://api.twitter.com/2/problems/resource-not-found","status":404})");

    x::driver.remove(published(), ana_on_x(), world.tools);
    CHECK(world.last_request().method == "DELETE");
    CHECK(world.last_request().url == "https://api.example/2/tweets/42");
    x::driver.remove(published(), ana_on_x(), world.tools);
}

TEST_CASE("what keeps a post of X from being taken back is said") {
    World world;
    const auto code_of_answer = [&](int status, std::string body, net::Headers headers = {}) {
        world.http.answer(status, std::move(body), std::move(headers));
        try {
            x::driver.remove(published(), ana_on_x(), world.tools);
        } catch (const Error& error) {
            return std::string(facts(error.code()).name);
        }
        return std::string("removed");
    };
    CHECK(code_of_answer(200, R"({"data":{"deleted":false}})") == "platform_refused");
    CHECK(code_of_answer(401, "") == "platform_sign_in");
    CHECK(code_of_answer(403, "{}") == "platform_refused");
    CHECK(code_of_answer(429, "") == "rate_limited");
    CHECK(code_of_answer(500, "") == "platform_unavailable");
    CHECK(code_of_answer(404, "<html>") == "platform_refused");
}

TEST_CASE("a post of X is counted, by either of the names that X uses") {
    World world;
    world.http.answer(
        200,
        R"({"data":[{"id":"42","public_metrics":{"retweet_count":1,"reply_count":2,)"
        R"("like_count":3,"quote_count":4,"bookmark_count":5,"impression_count":600}}]})");
    world.http.answer(200, R"({"data":[{"id":"42","public_metrics":{"repost_count":9}}]})");

    const auto all = x::driver.measure(published(), ana_on_x(), world.tools);
    const auto newer = x::driver.measure(published(), ana_on_x(), world.tools);

    const Metrics expected{
        {"reposts", 1},
        {"replies", 2},
        {"likes", 3},
        {"quotes", 4},
        {"bookmarks", 5},
        {"impressions", 600}};
    CHECK(all == expected);
    CHECK(newer == Metrics{{"reposts", 9}});
}

TEST_CASE("a post that X has no more is not counted as nothing") {
    World world;
    world.http.answer(200, R"({"errors":[{"title":"Not Found Error"}]})");

    CHECK_THROWS_AS(x::driver.measure(published(), ana_on_x(), world.tools), Error);
}

}  // namespace
}  // namespace caas::platform
