// Finding a post of LinkedIn again, taking it back, counting it.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/drivers.h"
#include "tests/core/platform/linkedin_world.h"

namespace caas::platform {
namespace {

struct Doubt {
    World world;
    Publication what = publication({"Hello (you)"});
    Journal journal;
    Access access = acme_on_linkedin();

    Doubt() {
        const auto step = linkedin::driver.next(what, journal, access, world.tools);
        write_down(journal, *step, world.clock.now()).state = StepState::unknown;
    }

    Json listed(const std::string& commentary) const {
        return {
            {"id", "urn:li:share:42"},
            {"commentary", commentary},
            {"publishedAt", to_ms(world.clock.now())}};
    }

    void answer(const Json& posts) { world.http.answer(200, json::dump({{"elements", posts}})); }

    Sight look() { return linkedin::driver.look(what, journal, access, world.tools); }
};

Entry published() {
    Entry entry;
    entry.step = "create";
    entry.state = StepState::done;
    entry.remote_id = "urn:li:share:42";
    return entry;
}

Entry published_comment() {
    auto entry = published();
    entry.step = "comment";
    entry.part = 1;
    entry.prepared = R"({"object":"urn:li:share:42","body":"{}"})";
    entry.remote_id = "6636";
    return entry;
}

TEST_CASE("an organization's post in doubt is found in its list") {
    Doubt doubt;
    doubt.answer(Json::array({doubt.listed("Other"), doubt.listed(R"(Hello \(you\))")}));

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "there");
    CHECK(std::get<There>(sight).remote_id == "urn:li:share:42");
    CHECK(std::get<There>(sight).url == "https://www.linkedin.com/feed/update/urn:li:share:42");
    const auto& request = doubt.world.last_request();
    CHECK(
        request.url ==
        "https://api.example/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A5515715"
        "&count=10&sortBy=LAST_MODIFIED");
    CHECK(header(request, "X-RestLi-Method") == "FINDER");
}

TEST_CASE("a post with another picture, or from long before the try, is another post") {
    Doubt doubt;
    auto pictured = doubt.listed(R"(Hello \(you\))");
    pictured["content"]["media"]["id"] = "urn:li:image:1";
    auto old = doubt.listed(R"(Hello \(you\))");
    old["publishedAt"] = to_ms(doubt.world.clock.now() - std::chrono::hours(15));
    doubt.answer(Json::array({pictured, old}));

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK_FALSE(std::get<CannotTell>(sight).may_be_there);
}

TEST_CASE("an equal post of LinkedIn from shortly before the try is ours if our clock was wrong") {
    Doubt doubt;
    auto old = doubt.listed(R"(Hello \(you\))");
    old["id"] = "urn:li:share:41";
    old["publishedAt"] = to_ms(doubt.world.clock.now() - std::chrono::hours(3));
    doubt.answer(Json::array({old}));

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK(std::get<CannotTell>(sight).may_be_there);

    doubt.answer(Json::array({old, doubt.listed(R"(Hello \(you\))")}));
    CHECK(brief(doubt.look()) == "there");
}

TEST_CASE("an equal post that another one of ours became on LinkedIn is another post") {
    Doubt doubt;
    doubt.what.made_by_others = {"urn:li:share:42"};
    doubt.answer(Json::array({doubt.listed(R"(Hello \(you\))")}));

    CHECK(brief(doubt.look()) == "cannot_tell");
}

TEST_CASE("an equal post that a person found on LinkedIn is another post") {
    Doubt doubt;
    doubt.what.seen_of_others = {"https://linkedin.com/feed/update/urn:li:share:42/"};
    doubt.answer(Json::array({doubt.listed(R"(Hello \(you\))")}));

    CHECK(brief(doubt.look()) == "cannot_tell");
}

TEST_CASE("an address that names a post of LinkedIn by its activity leaves an equal one in doubt") {
    Doubt doubt;
    doubt.what.seen_of_others = {"https://www.linkedin.com/feed/update/urn:li:activity:77/"};
    doubt.answer(Json::array({doubt.listed(R"(Hello \(you\))")}));

    const auto sight = doubt.look();

    REQUIRE(brief(sight) == "cannot_tell");
    CHECK(std::get<CannotTell>(sight).may_be_there);
}

TEST_CASE("a list of LinkedIn never proves that a post is absent") {
    Doubt doubt;
    doubt.answer(Json::array());
    doubt.world.http.answer(403, R"({"serviceErrorCode":100})");
    doubt.world.http.answer(200, "<html>");
    doubt.world.http.fail(net::Failure::Kind::timeout, true);

    for (int i = 0; i < 4; ++i)
        CHECK(brief(doubt.look()) == "cannot_tell");
}

TEST_CASE("a member's post in doubt is not even asked for") {
    Doubt doubt;
    doubt.access = ana_on_linkedin();

    CHECK(brief(doubt.look()) == "cannot_tell");
    CHECK(doubt.world.http.asked.empty());
}

TEST_CASE("a comment in doubt stays in doubt, an upload does not") {
    Doubt doubt;
    doubt.journal.back().step = "comment";
    CHECK(brief(doubt.look()) == "cannot_tell");
    doubt.journal.back().step = "send_1";
    CHECK(brief(doubt.look()) == "absent");
    CHECK(doubt.world.http.asked.empty());
}

TEST_CASE("a post of LinkedIn is taken back, and one that is gone counts as taken back") {
    World world;
    world.http.answer(204, "");
    world.http.answer(404, "");

    linkedin::driver.remove(published(), ana_on_linkedin(), world.tools);
    CHECK(world.last_request().method == "DELETE");
    CHECK(world.last_request().url == "https://api.example/rest/posts/urn%3Ali%3Ashare%3A42");
    CHECK(header(world.last_request(), "X-RestLi-Method") == "DELETE");
    linkedin::driver.remove(published(), ana_on_linkedin(), world.tools);
}

TEST_CASE("a comment is taken back from under its post") {
    World world;
    world.http.answer(204, "");

    linkedin::driver.remove(published_comment(), ana_on_linkedin(), world.tools);

    CHECK(
        world.last_request().url ==
        "https://api.example/rest/socialActions/urn%3Ali%3Ashare%3A42/comments/6636"
        "?actor=urn%3Ali%3Aperson%3A782bbtaQ");
}

TEST_CASE("what keeps a post of LinkedIn from being taken back is said") {
    World world;
    const auto code_of_answer = [&](int status, std::string body = "") {
        world.http.answer(status, std::move(body));
        try {
            linkedin::driver.remove(published(), ana_on_linkedin(), world.tools);
        } catch (const Error& error) {
            return std::string(facts(error.code()).name);
        }
        return std::string("removed");
    };
    CHECK(code_of_answer(401) == "platform_sign_in");
    CHECK(code_of_answer(403) == "platform_refused");
    CHECK(code_of_answer(426) == "platform_refused");
    CHECK(code_of_answer(429) == "rate_limited");
    CHECK(code_of_answer(500) == "platform_unavailable");
}

TEST_CASE("an organization's post is counted in full") {
    World world;
    world.http.answer(
        200,
        R"({"elements":[{"totalShareStatistics":{"impressionCount":500,"uniqueImpressionsCount":)"
        R"(400,"clickCount":9,"likeCount":3,"commentCount":2,"shareCount":1,"engagement":0.1}}]})");

    const auto metrics = linkedin::driver.measure(published(), acme_on_linkedin(), world.tools);

    const Metrics expected{
        {"impressions", 500},
        {"reach", 400},
        {"clicks", 9},
        {"likes", 3},
        {"replies", 2},
        {"reposts", 1}};
    CHECK(metrics == expected);
    CHECK(world.last_request().url.ends_with("&shares=List(urn%3Ali%3Ashare%3A42)"));
}

TEST_CASE("a member's post is counted by its likes and comments, a comment with its post") {
    World world;
    world.http.answer(
        200,
        R"({"likesSummary":{"totalLikes":3},"commentsSummary":{"aggregatedTotalComments":2}})");

    const auto metrics = linkedin::driver.measure(published(), ana_on_linkedin(), world.tools);

    CHECK(metrics == Metrics{{"likes", 3}, {"replies", 2}});
    CHECK(
        world.last_request().url == "https://api.example/rest/socialActions/urn%3Ali%3Ashare%3A42");
    CHECK(linkedin::driver.measure(published_comment(), ana_on_linkedin(), world.tools).empty());
}

}  // namespace
}  // namespace caas::platform
