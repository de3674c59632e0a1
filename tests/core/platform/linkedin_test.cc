#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/drivers.h"
#include "tests/core/platform/linkedin_world.h"

namespace caas::platform {
namespace {

// What came of the post's creation when LinkedIn answers like this.
Outcome answered(
    int status,
    std::string body = "",
    net::Headers headers = {},
    Access access = ana_on_linkedin()) {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = linkedin::driver.next(what, journal, access, world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(status, std::move(body), std::move(headers));
    return linkedin::driver.perform(what, *step, journal, access, world.tools);
}

std::string outcome_of_answer(int status, std::string body = "", net::Headers headers = {}) {
    return brief(answered(status, std::move(body), std::move(headers)));
}

Json body_with(const std::string& options, const std::string& text = "Hello") {
    World world;
    auto what = publication({text});
    what.options = options;
    const auto step = linkedin::driver.next(what, {}, ana_on_linkedin(), world.tools);
    return json::parse(step->prepared, "prepared");
}

constexpr const char* duplicate =
    R"({"errorDetailType":"com.linkedin.common.error.BadRequest","message":"Error: Content is a )"
    R"(duplicate of urn:li:share:7141138937766391808","errorDetails":{"inputErrors":[{)"
    R"("description":"Duplicate post is detected","input":{},"code":"DUPLICATE_POST"}]},)"
    R"("status":422})";

// The second try of a post whose first is in doubt, refused as a duplicate.
Outcome duplicate_after_doubt(
    const Access& access,
    bool has_other_bytes = false,
    std::vector<std::string> made_by_others = {}) {
    World world;
    auto what = publication({"Hello"});
    what.made_by_others = std::move(made_by_others);
    Journal journal;
    const auto step = linkedin::driver.next(what, journal, access, world.tools);
    auto& first = write_down(journal, *step, world.clock.now());
    first.state = StepState::unknown;
    if (has_other_bytes)
        first.prepared = "{}";
    write_down(journal, *step, world.clock.now());
    world.http.answer(422, duplicate);
    return linkedin::driver.perform(what, *step, journal, access, world.tools);
}

TEST_CASE("a post on LinkedIn is one call of a named version, its id in a header") {
    World world;
    auto what = publication({"Hello_you #News"});
    what.options = R"({"visibility":"CONNECTIONS"})";
    Journal journal;
    const auto step = linkedin::driver.next(what, journal, ana_on_linkedin(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(201, "", {{"X-RestLi-Id", "urn:li:share:7131"}});

    const auto outcome =
        linkedin::driver.perform(what, *step, journal, ana_on_linkedin(), world.tools);

    const auto& request = world.last_request();
    CHECK(request.method == "POST");
    CHECK(request.url == "https://api.example/rest/posts");
    CHECK(header(request, "Authorization") == "Bearer token");
    CHECK(header(request, "LinkedIn-Version") == "202601");
    CHECK(header(request, "X-Restli-Protocol-Version") == "2.0.0");
    CHECK(header(request, "Content-Type") == "application/json");
    CHECK(request.is_create);
    const auto body = json::parse(request.body, "body");
    CHECK(body.at("author") == "urn:li:person:782bbtaQ");
    CHECK(body.at("commentary") == R"(Hello\_you {hashtag|\#|News})");
    CHECK(body.at("visibility") == "CONNECTIONS");
    CHECK(body.at("lifecycleState") == "PUBLISHED");
    CHECK(body.at("isReshareDisabledByAuthor") == false);
    CHECK(body.at("distribution").at("feedDistribution") == "MAIN_FEED");
    CHECK_FALSE(body.contains("content"));
    REQUIRE(brief(outcome) == "done");
    CHECK(std::get<Done>(outcome).remote_id == "urn:li:share:7131");
    CHECK(std::get<Done>(outcome).url == "https://www.linkedin.com/feed/update/urn:li:share:7131");
    CHECK_FALSE(step->is_repeatable);
    CHECK(step->publishes);
}

TEST_CASE("an organization posts as itself, in the version its account names") {
    World world;
    auto access = acme_on_linkedin();
    access.config = R"({"version":"202609"})";
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = linkedin::driver.next(what, journal, access, world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(201, "", {{"x-linkedin-id", "urn:li:ugcPost:7"}});

    CHECK(brief(linkedin::driver.perform(what, *step, journal, access, world.tools)) == "done");

    CHECK(header(world.last_request(), "LinkedIn-Version") == "202609");
    CHECK(world.last_request().body.find("urn:li:organization:5515715") != std::string::npos);
}

TEST_CASE("a link card is what the version says of it") {
    const auto titled = body_with(
        R"({"link_title":"News","link_description":"All of it"})", "See https://example.com/a");
    CHECK(
        titled.at("content").at("article") ==
        Json{{"source", "https://example.com/a"}, {"title", "News"}, {"description", "All of it"}});
    const auto untitled = body_with(R"({"link":"https://example.com/b"})");
    CHECK(
        untitled.at("content").at("article") ==
        Json{{"source", "https://example.com/b"}, {"title", "example.com"}});
    CHECK_FALSE(body_with("{}", "See https://example.com").contains("content"));
    CHECK_FALSE(body_with(R"({"link_title":"News"})").contains("content"));
    CHECK(body_with(R"({"allow_reshares":false})").at("isReshareDisabledByAuthor") == true);
}

TEST_CASE("the other parts are comments on the post, in plain text") {
    World world;
    const auto what = publication({"One", "Two (2) @[Ana](urn:li:person:1)", "Three"});
    Journal journal;
    const auto access = ana_on_linkedin();
    const auto first = linkedin::driver.next(what, journal, access, world.tools);
    auto& entry = write_down(journal, *first, world.clock.now());
    entry.state = StepState::done;
    entry.remote_id = "urn:li:share:7131";

    const auto second = linkedin::driver.next(what, journal, access, world.tools);
    write_down(journal, *second, world.clock.now());
    world.http.answer(201, R"({"id":"66","object":"urn:li:activity:1"})", {{"x-restli-id", "66"}});
    const auto outcome = linkedin::driver.perform(what, *second, journal, access, world.tools);

    CHECK(second->name == "comment");
    CHECK(second->part == 1);
    CHECK(second->publishes);
    CHECK_FALSE(second->is_repeatable);
    const auto& request = world.last_request();
    CHECK(request.url == "https://api.example/rest/socialActions/urn%3Ali%3Ashare%3A7131/comments");
    CHECK(request.is_create);
    CHECK(
        json::parse(request.body, "body") == Json{
                                                 {"actor", "urn:li:person:782bbtaQ"},
                                                 {"object", "urn:li:share:7131"},
                                                 {"message", {{"text", "Two (2) Ana"}}}});
    REQUIRE(brief(outcome) == "done");
    CHECK(std::get<Done>(outcome).remote_id == "66");
    CHECK(std::get<Done>(outcome).url == "https://www.linkedin.com/feed/update/urn:li:share:7131");
    journal.back().state = StepState::done;
    CHECK(linkedin::driver.next(what, journal, access, world.tools)->part == 2);
}

TEST_CASE("a post that a person found is commented on by the URN in its address") {
    World world;
    const auto what = publication({"One", "Two"});
    Journal journal;
    const auto first = linkedin::driver.next(what, journal, ana_on_linkedin(), world.tools);
    auto& entry = write_down(journal, *first, world.clock.now());
    entry.state = StepState::done;
    entry.url = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7/?x=1";

    const auto second = linkedin::driver.next(what, journal, ana_on_linkedin(), world.tools);
    CHECK(second->prepared.find("urn:li:activity:7") != std::string::npos);

    entry.url = "https://www.linkedin.com/in/ana";
    const auto lost = linkedin::driver.next(what, journal, ana_on_linkedin(), world.tools);
    CHECK(
        brief(linkedin::driver.perform(what, *lost, journal, ana_on_linkedin(), world.tools)) ==
        "refused linkedin.part_before_unknown");
    CHECK(world.http.asked.empty());
}

TEST_CASE("what each answer of LinkedIn means") {
    CHECK(outcome_of_answer(201) == "unknown linkedin.unreadable_answer");
    CHECK(
        outcome_of_answer(
            422,
            R"({"errorDetails":{"inputErrors":[{"code":"FIELD_LENGTH_TOO_LONG"}]},"message":"x"})") ==
        "refused linkedin.field_length_too_long");
    CHECK(
        outcome_of_answer(400, R"({"status":400,"code":"ILLEGAL_ARGUMENT","message":"x"})") ==
        "refused linkedin.illegal_argument");
    CHECK(
        outcome_of_answer(403, R"({"serviceErrorCode":100,"message":"Not enough","status":403})") ==
        "refused linkedin.code_100");
    CHECK(outcome_of_answer(404, "") == "refused linkedin.http_404");
    CHECK(outcome_of_answer(500, R"({"message":"x"})") == "unknown linkedin.http_500");
    CHECK(outcome_of_answer(503, "<html>") == "unknown linkedin.http_503");
    CHECK(outcome_of_answer(504) == "unknown linkedin.http_504");
}

TEST_CASE("a token LinkedIn does not take is renewed unless it was revoked") {
    CHECK(outcome_of_answer(401, R"({"serviceErrorCode":65600})") == "refresh linkedin.code_65600");
    CHECK(outcome_of_answer(401, R"({"serviceErrorCode":65602})") == "refresh linkedin.code_65602");
    CHECK(
        outcome_of_answer(401, R"({"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN"})") ==
        "sign_in linkedin.revoked_access_token");
    auto access = ana_on_linkedin();
    access.credentials.refresh = Secret();
    CHECK(
        brief(answered(401, R"({"serviceErrorCode":65602})", {}, access)) ==
        "sign_in linkedin.code_65602");
}

TEST_CASE("a version that has died stops the account with words for whoever runs caas") {
    const auto outcome = answered(
        426,
        R"({"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20260101"})");

    REQUIRE(brief(outcome) == "held linkedin.nonexistent_version");
    const auto& words = std::get<AccountHeld>(outcome).message;
    CHECK(words.find("202601") != std::string::npos);
    CHECK(words.find("platforms.linkedin.api_version") != std::string::npos);
}

TEST_CASE("a first limit is waited out for a moment, a second one until the day is over") {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto limited = [&] {
        const auto step = linkedin::driver.next(what, journal, ana_on_linkedin(), world.tools);
        write_down(journal, *step, world.clock.now());
        world.http.answer(429, R"({"serviceErrorCode":101,"status":429})");
        const auto outcome =
            linkedin::driver.perform(what, *step, journal, ana_on_linkedin(), world.tools);
        journal.back().state = StepState::failed;
        CHECK(std::get<Later>(outcome).is_for_account);
        return std::get<Later>(outcome).at;
    };
    using namespace std::chrono_literals;

    const auto first = limited();
    CHECK(first == world.clock.now() + 5min);
    world.clock.advance(5min);
    const auto second = limited();
    const auto midnight = std::chrono::ceil<std::chrono::days>(world.clock.now());
    CHECK(second == midnight + 2min);
    CHECK(
        std::get<Later>(answered(429, "", {{"Retry-After", "30"}})).at - World().clock.now() ==
        30s);
}

TEST_CASE("a duplicate of somebody's else is refused, by its code and not its words") {
    const auto outcome = answered(422, duplicate);

    REQUIRE(brief(outcome) == "refused linkedin.duplicate_post");
    CHECK(
        std::get<Refused>(outcome).message.find("urn:li:share:7141138937766391808") !=
        std::string::npos);
    CHECK(
        outcome_of_answer(422, R"({"message":"Content is a duplicate of urn:li:share:1"})") ==
        "refused linkedin.http_422");
}

TEST_CASE("a member's duplicate after a try in doubt is that try, when the bytes are the same") {
    const auto outcome = duplicate_after_doubt(ana_on_linkedin());

    REQUIRE(brief(outcome) == "already");
    CHECK(std::get<Already>(outcome).remote_id == "urn:li:share:7141138937766391808");
    CHECK(
        brief(duplicate_after_doubt(ana_on_linkedin(), true)) == "refused linkedin.duplicate_post");
}

TEST_CASE("a member's duplicate that another post became is not taken for the try in doubt") {
    const std::string urn = "urn:li:share:7141138937766391808";
    const auto after_doubt = [](std::string made) {
        return brief(duplicate_after_doubt(ana_on_linkedin(), false, {std::move(made)}));
    };
    CHECK(after_doubt(urn) == "unknown linkedin.duplicate_post");
    CHECK(
        after_doubt("https://www.linkedin.com/feed/update/" + urn) ==
        "unknown linkedin.duplicate_post");
    CHECK(after_doubt("urn:li:share:1") == "already");
}

TEST_CASE("an organization's duplicate after a try in doubt is looked for") {
    CHECK(brief(duplicate_after_doubt(acme_on_linkedin())) == "unknown linkedin.duplicate_post");
}

TEST_CASE("a call that certainly never left for LinkedIn is not in doubt, any other is") {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = linkedin::driver.next(what, journal, ana_on_linkedin(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.fail(net::Failure::Kind::resolve, false);
    world.http.fail(net::Failure::Kind::broken, true);
    const auto perform = [&] {
        return brief(
            linkedin::driver.perform(what, *step, journal, ana_on_linkedin(), world.tools));
    };

    CHECK(perform() == "not_sent linkedin.resolve");
    CHECK(perform() == "unknown linkedin.broken");
}

}  // namespace
}  // namespace caas::platform
