#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/platform/drivers.h"
#include "core/platform/x/price.h"
#include "tests/core/platform/x_world.h"

namespace caas::platform {
namespace {

std::string outcome_of_answer(int status, std::string body = "", net::Headers headers = {}) {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = x::driver.next(what, journal, ana_on_x(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(status, std::move(body), std::move(headers));
    return brief(x::driver.perform(what, *step, journal, ana_on_x(), world.tools));
}

// How long the account is told to wait by an answer.
Milliseconds wait_of(int status, net::Headers headers, std::string body = "") {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = x::driver.next(what, journal, ana_on_x(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(status, std::move(body), std::move(headers));
    const auto outcome = x::driver.perform(what, *step, journal, ana_on_x(), world.tools);
    const auto& later = std::get<Later>(outcome);
    CHECK(later.is_for_account);
    return later.at - world.clock.now();
}

std::string epoch(const World& world, Milliseconds from_now) {
    return std::to_string(to_ms(world.clock.now() + from_now) / 1000);
}

std::string problem(std::string_view type, std::string_view title, std::string_view detail) {
    return json::dump({{"type", type}, {"title", title}, {"detail", detail}});
}

constexpr std::string_view duplicate_sentence =
    "You are not allowed to create a Tweet with duplicate content.";

TEST_CASE("a post on X is one call with the text and the version's options") {
    World world;
    auto what = publication({"Hello <&>"});
    what.options = R"({"reply_settings":"following","made_with_ai":true,"paid_partnership":false,)"
                   R"("community_id":"146","share_with_followers":true,"visibility":"x"})";
    Journal journal;
    const auto step = x::driver.next(what, journal, ana_on_x(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(201, R"({"data":{"id":"1445880548472328192","text":"Hello"}})");

    const auto outcome = x::driver.perform(what, *step, journal, ana_on_x(), world.tools);

    const auto& request = world.last_request();
    CHECK(request.method == "POST");
    CHECK(request.url == "https://api.example/2/tweets");
    CHECK(header(request, "Authorization") == "Bearer token");
    CHECK(header(request, "Content-Type") == "application/json");
    CHECK(request.is_create);
    CHECK(
        request.body ==
        R"({"community_id":"146","made_with_ai":true,"paid_partnership":false,)"
        R"("reply_settings":"following","share_with_followers":true,"text":"Hello <&>"})");
    REQUIRE(brief(outcome) == "done");
    CHECK(std::get<Done>(outcome).remote_id == "1445880548472328192");
    CHECK(std::get<Done>(outcome).url == "https://x.com/ana/status/1445880548472328192");
    CHECK_FALSE(step->is_repeatable);
    CHECK(step->publishes);
}

TEST_CASE("everybody may reply unless the version says otherwise") {
    World world;
    auto what = publication({"Hello"});
    what.options = R"({"reply_settings":"everyone"})";

    CHECK(x::driver.next(what, {}, ana_on_x(), world.tools)->prepared == R"({"text":"Hello"})");
}

TEST_CASE("a thread on X is a chain of replies, and its first post says who may reply") {
    World world;
    auto what = publication({"One", "Two"});
    what.options = R"({"reply_settings":"verified","made_with_ai":true})";
    Journal journal;
    const auto first = x::driver.next(what, journal, ana_on_x(), world.tools);
    auto& entry = write_down(journal, *first, world.clock.now());
    entry.state = StepState::done;
    entry.remote_id = "7";

    const auto second = x::driver.next(what, journal, ana_on_x(), world.tools);

    CHECK(second->part == 1);
    CHECK(
        second->prepared ==
        R"({"made_with_ai":true,"reply":{"in_reply_to_tweet_id":"7"},"text":"Two"})");
    write_down(journal, *second, world.clock.now()).state = StepState::done;
    CHECK_FALSE(x::driver.next(what, journal, ana_on_x(), world.tools).has_value());
}

TEST_CASE("a part of a thread that a person found on X is answered by the id in its address") {
    World world;
    const auto what = publication({"One", "Two"});
    Journal journal;
    const auto first = x::driver.next(what, journal, ana_on_x(), world.tools);
    auto& entry = write_down(journal, *first, world.clock.now());
    entry.state = StepState::done;
    entry.url = "https://x.com/ana/status/113";

    const auto second = x::driver.next(what, journal, ana_on_x(), world.tools);

    CHECK(second->prepared == R"({"reply":{"in_reply_to_tweet_id":"113"},"text":"Two"})");
}

TEST_CASE("a thread on X does not go on when the part before cannot be named") {
    World world;
    const auto what = publication({"One", "Two"});
    Journal journal;
    const auto first = x::driver.next(what, journal, ana_on_x(), world.tools);
    write_down(journal, *first, world.clock.now()).state = StepState::done;

    const auto second = x::driver.next(what, journal, ana_on_x(), world.tools);
    const auto outcome = x::driver.perform(what, *second, journal, ana_on_x(), world.tools);

    CHECK(brief(outcome) == "refused x.part_before_unknown");
    CHECK(world.http.asked.empty());
}

TEST_CASE("what each answer of X means") {
    CHECK(outcome_of_answer(201, "{}") == "unknown x.unreadable_answer");
    CHECK(outcome_of_answer(201, R"({"data":{"id":")") == "unknown x.unreadable_answer");
    CHECK(
        outcome_of_answer(200, R"({"errors":[{"title":"Not Found Error"}]})") ==
        "unknown x.unreadable_answer");
    CHECK(outcome_of_answer(201, R"({"data":{"id":"5"},"errors":[{"title":"Field"}]})") == "done");
    CHECK(
        outcome_of_answer(
            400, problem("https://api.twitter.com/2/problems/invalid-request", "Invalid", "x")) ==
        "refused x.invalid_request");
    CHECK(
        outcome_of_answer(403, problem("about:blank", "Forbidden", "Not permitted")) ==
        "refused x.http_403");
    CHECK(
        outcome_of_answer(
            403, problem("https://api.x.com/2/problems/client-forbidden", "Client", "x")) ==
        "refused x.client_forbidden");
    CHECK(
        outcome_of_answer(
            403, problem("https://api.x.com/2/problems/unsupported-authentication", "U", "x")) ==
        "refused x.unsupported_authentication");
    CHECK(
        outcome_of_answer(
            404, problem("https://api.twitter.com/2/problems/resource-not-found", "N", "x")) ==
        "refused x.resource_not_found");
    CHECK(
        outcome_of_answer(403, R"({"errors":[{"code":385,"message":"gone"}]})") ==
        "refused x.code_385");
    CHECK(outcome_of_answer(500, "<html>") == "unknown x.http_500");
    CHECK(outcome_of_answer(503) == "unknown x.http_503");
    CHECK(outcome_of_answer(408) == "unknown x.http_408");
}

TEST_CASE("a token X does not take is renewed when it can be") {
    const auto unauthorized = problem("about:blank", "Unauthorized", "Unauthorized");
    CHECK(outcome_of_answer(401, unauthorized) == "refresh x.http_401");
    CHECK(outcome_of_answer(401, R"({"errors":[{"code":89}]})") == "refresh x.code_89");
    CHECK(outcome_of_answer(401, R"({"errors":[{"code":32}]})") == "refresh x.code_32");

    World world;
    auto access = ana_on_x();
    access.credentials.refresh = Secret();
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = x::driver.next(what, journal, access, world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.answer(401, unauthorized);
    CHECK(
        brief(x::driver.perform(what, *step, journal, access, world.tools)) ==
        "sign_in x.http_401");
}

TEST_CASE("an account that X holds is paused, by the number X gives") {
    CHECK(
        outcome_of_answer(403, R"({"errors":[{"code":326,"message":"locked"}]})") ==
        "held x.account_locked");
    CHECK(outcome_of_answer(403, R"({"errors":[{"code":64}]})") == "held x.account_suspended");
    CHECK(outcome_of_answer(403, R"({"errors":[{"code":226}]})") == "held x.looks_automated");
}

TEST_CASE("a duplicate is refused when nothing of ours is in doubt") {
    CHECK(
        outcome_of_answer(403, problem("about:blank", "Forbidden", duplicate_sentence)) ==
        "refused x.duplicate_content");
    CHECK(
        outcome_of_answer(403, R"({"errors":[{"code":187,"message":"duplicate"}]})") ==
        "refused x.duplicate_content");
}

TEST_CASE("a duplicate after a try in doubt is looked for") {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = x::driver.next(what, journal, ana_on_x(), world.tools);
    write_down(journal, *step, world.clock.now()).state = StepState::unknown;
    const auto again = x::driver.next(what, journal, ana_on_x(), world.tools);
    CHECK(again->prepared == step->prepared);
    write_down(journal, *again, world.clock.now());
    world.http.answer(403, problem("about:blank", "Forbidden", duplicate_sentence));

    const auto outcome = x::driver.perform(what, *again, journal, ana_on_x(), world.tools);

    CHECK(brief(outcome) == "unknown x.duplicate_content");
}

TEST_CASE("X's rate limits are waited for in every form they come in") {
    using namespace std::chrono_literals;
    const World world;
    CHECK(
        wait_of(
            429, {{"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", epoch(world, 300s)}}) ==
        300s);
    CHECK(wait_of(429, {{"Retry-After", "7"}}) == 7s);
    CHECK(
        wait_of(
            429,
            {{"x-rate-limit-remaining", "1079999"},
             {"x-rate-limit-reset", epoch(world, 900s)},
             {"x-user-limit-24hour-remaining", "0"},
             {"x-user-limit-24hour-reset", epoch(world, 3600s)}}) == 3600s);
    CHECK(
        wait_of(
            429,
            {{"x-rate-limit-remaining", "0"},
             {"x-rate-limit-reset", epoch(world, 60s)},
             {"x-app-limit-24hour-remaining", "0"},
             {"x-app-limit-24hour-reset", epoch(world, 7200s)}}) == 7200s);
    CHECK(wait_of(429, {}) == 15min);
    CHECK(wait_of(429, {{"x-rate-limit-reset", "1000000000"}}) == 15min);
    CHECK(wait_of(403, {}, R"({"errors":[{"code":88,"message":"Rate limit exceeded"}]})") == 15min);
}

TEST_CASE("credits and monthly caps are asked about again within the hour") {
    using namespace std::chrono_literals;
    CHECK(wait_of(402, {}, problem("about:blank", "CreditsDepleted", "")) == 1h);
    CHECK(wait_of(403, {}, problem("https://api.x.com/2/problems/credits", "C", "")) == 1h);
    CHECK(
        wait_of(429, {}, problem("https://api.twitter.com/2/problems/usage-capped", "U", "")) ==
        1h);
}

TEST_CASE("a call that certainly never left X is not in doubt, any other is") {
    World world;
    const auto what = publication({"Hello"});
    Journal journal;
    const auto step = x::driver.next(what, journal, ana_on_x(), world.tools);
    write_down(journal, *step, world.clock.now());
    world.http.fail(net::Failure::Kind::connect, false);
    world.http.fail(net::Failure::Kind::timeout, true);

    CHECK(
        brief(x::driver.perform(what, *step, journal, ana_on_x(), world.tools)) ==
        "not_sent x.connect");
    CHECK(
        brief(x::driver.perform(what, *step, journal, ana_on_x(), world.tools)) ==
        "unknown x.timeout");
}

TEST_CASE("a post costs more when its text has a URL") {
    CHECK(x::price_microdollars(publication({"Hello"})) == 15'000);
    CHECK(x::price_microdollars(publication({"See https://example.com"})) == 200'000);
    CHECK(x::price_microdollars(publication({"One", "See example.com", "Three"})) == 230'000);
}

TEST_CASE("who pays X may write long posts") {
    Account account;
    account.platform = "x";
    account.config = R"({"verified_type":"none"})";
    CHECK(limits_of(account).text_limit == 280);
    account.config = R"({"verified_type":"blue"})";
    CHECK(limits_of(account).text_limit == 4000);
    account.config = R"({"verified_type":"business"})";
    CHECK(limits_of(account).text_limit == 4000);
    account.config = "";
    CHECK(limits_of(account).text_limit == 280);
}

}  // namespace
}  // namespace caas::platform
