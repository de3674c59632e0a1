// What Meta's answers mean, whatever the platform.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/platform/answer.h"
#include "core/platform/drivers.h"
#include "core/platform/meta/call.h"
#include "core/platform/meta/fault.h"
#include "core/platform/meta/listing.h"
#include "core/platform/meta/usage.h"
#include "tests/core/platform/world.h"

namespace caas::platform::meta {
namespace {

const Instant now = from_ms(1'795'341'600'000);  // 2026-11-22T10:00:00Z

net::Response fault(int code, int subcode = 0, net::Headers headers = {}) {
    Json error{{"message", "Words"}, {"type", "OAuthException"}, {"code", code}};
    if (subcode != 0)
        error["error_subcode"] = subcode;
    return {400, std::move(headers), json::dump({{"error", std::move(error)}})};
}

std::string meaning(int code, int subcode = 0) {
    return brief(read_refusal(threads::driver, fault(code, subcode), now));
}

TEST_CASE("what each code of Meta means for a call that others can see the effect of") {
    CHECK(meaning(1) == "unknown threads.code_1");
    CHECK(meaning(2) == "unknown threads.code_2");
    CHECK(meaning(3) == "refused threads.no_permission");
    CHECK(meaning(10) == "refused threads.no_permission");
    CHECK(meaning(200) == "refused threads.no_permission");
    CHECK(meaning(299) == "refused threads.no_permission");
    CHECK(meaning(4) == "later");
    CHECK(meaning(17) == "later");
    CHECK(meaning(32) == "later");
    CHECK(meaning(341) == "later");
    CHECK(meaning(613) == "later");
    CHECK(meaning(80001) == "later");
    CHECK(meaning(80009) == "later");
    CHECK(meaning(80014) == "later");
    CHECK(meaning(100) == "refused threads.code_100");
    CHECK(meaning(100, 33) == "refused threads.code_100_33");
    CHECK(meaning(102) == "sign_in threads.code_102");
    CHECK(meaning(368) == "held threads.code_368");
    CHECK(meaning(368, 1390008) == "held threads.code_368_1390008");
    CHECK(meaning(506) == "unknown threads.code_506");
    // A version that died: an alarm that names the setting, and the account waits.
    CHECK(meaning(2635) == "held threads.nonexistent_version");
    CHECK(meaning(1609005) == "refused threads.code_1609005");
    CHECK(meaning(31337) == "refused threads.code_31337");
}

TEST_CASE("only a token that ran out may be cured by renewing it") {
    CHECK(meaning(190, 463) == "refresh threads.code_190_463");
    CHECK(meaning(190) == "sign_in threads.code_190");
    for (const int subcode : {458, 459, 460, 464, 467, 492}) {
        CAPTURE(subcode);
        CHECK(meaning(190, subcode) == "sign_in threads.code_190_" + std::to_string(subcode));
    }
}

TEST_CASE("a subcode says more than its code") {
    CHECK(meaning(4, 2207051) == "held threads.code_4_2207051");
    CHECK(meaning(25, 2207050) == "held threads.code_25_2207050");
    CHECK(meaning(1, 4279013) == "held threads.code_1_4279013");
    CHECK(meaning(9, 2207042) == "later");
    CHECK(meaning(9007, 2207027) == "later");
    CHECK(meaning(1, 2207057) == "refused threads.code_1_2207057");
    CHECK(meaning(36003, 2207009) == "refused threads.code_36003_2207009");
    CHECK(meaning(-2, 2207020) == "unknown threads.code_-2_2207020");
}

TEST_CASE("a call that nobody sees the effect of is safe to make again") {
    CHECK(
        brief(harmless(read_refusal(threads::driver, fault(2), now))) == "not_sent threads.code_2");
    CHECK(
        brief(harmless(read_refusal(threads::driver, fault(9004, 2207052), now))) ==
        "not_sent threads.code_9004_2207052");
    CHECK(
        brief(harmless(read_refusal(threads::driver, fault(100), now))) ==
        "refused threads.code_100");
}

TEST_CASE("an answer without Meta's error is read by its status") {
    const auto of = [](int status) {
        return brief(read_refusal(threads::driver, {status, {}, "<html>"}, now));
    };
    CHECK(of(500) == "unknown threads.http_500");
    CHECK(of(502) == "unknown threads.http_502");
    CHECK(of(408) == "unknown threads.http_408");
    CHECK(of(429) == "later");
    CHECK(of(404) == "refused threads.http_404");
    CHECK(of(302) == "refused threads.http_302");
}

TEST_CASE("what Meta calls passing is not taken for final") {
    const net::Response response{
        500, {}, R"({"error":{"message":"x","code":31337,"is_transient":true}})"};
    CHECK(brief(read_refusal(threads::driver, response, now)) == "unknown threads.code_31337");
}

TEST_CASE("the wait is told in minutes, for the whole account") {
    const auto limited = fault(
        80002,
        0,
        {{"X-Business-Use-Case-Usage",
          R"({"17":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":5},
                    {"type":"pages","call_count":1,"estimated_time_to_regain_access":19}]})"}});

    const auto later = std::get<Later>(read_refusal(threads::driver, limited, now));

    CHECK(later.at == now + std::chrono::minutes(19));
    CHECK(later.is_for_account);
}

TEST_CASE("a wait that is not told is an hour") {
    for (const auto* usage :
         {R"({"17":[{"call_count":100,"estimated_time_to_regain_access":0}]})",
          "[",
          R"({"17":3})"}) {
        CAPTURE(usage);
        const auto limited = fault(4, 0, {{"X-Business-Use-Case-Usage", usage}});
        const auto later = std::get<Later>(read_refusal(threads::driver, limited, now));
        CHECK(later.at == now + std::chrono::hours(1));
    }
}

TEST_CASE("the most used of the limits counts") {
    CHECK(used_percent({200, {}, ""}) == 0);
    CHECK(
        used_percent(
            {200,
             {{"X-App-Usage", R"({"call_count":28,"total_time":95,"total_cputime":25})"}},
             ""}) == 95);
    CHECK(
        used_percent(
            {200,
             {{"X-App-Usage", R"({"call_count":28})"},
              {"X-Business-Use-Case-Usage", R"({"1":[{"total_cputime":101}]})"}},
             ""}) == 101);
}

TEST_CASE("the address and the version are the account's, the settings' or the platform's") {
    const Service service{threads::driver, "https://graph.example", "v9.0"};
    Access access;
    CHECK(url_of(service, access, "me") == "https://graph.example/v9.0/me");
    access.application.api_version = "v10.0";
    CHECK(url_of(service, access, "me") == "https://graph.example/v10.0/me");
    access.base_url = "https://other.example/base";
    access.config = R"({"version":"v26.0"})";
    CHECK(url_of(service, access, "me") == "https://other.example/base/v26.0/me");
}

TEST_CASE("an error may come with status 200") {
    World world;
    world.http.answer(200, R"({"error":{"message":"x","code":190}})");

    const auto result =
        call(threads::driver, ask("GET", "https://graph.example", Secret()), world.tools);

    CHECK(brief(std::get<Outcome>(result)) == "sign_in threads.code_190");
}

TEST_CASE("Meta's moments are read") {
    CHECK(parse_time("2026-11-22T10:00:00+0000") == now);
    CHECK(parse_time("2026-11-22T11:00:00+0100") == now);
    CHECK(parse_time("2026-11-22T10:00:00Z") == now);
    CHECK_FALSE(parse_time("yesterday"));
    CHECK_FALSE(parse_time(""));
}

TEST_CASE("texts are compared composed and without blanks around them") {
    CHECK(is_same_text(" Caf\u0065\u0301\n", "Caf\u00e9"));
    CHECK(is_same_text("", " "));
    CHECK_FALSE(is_same_text("One", "One two"));
}

Code code_of_demand(int status, const std::string& body) {
    World world;
    world.http.answer(status, body);
    try {
        demand(threads::driver, ask("GET", "https://graph.example", Secret()), world.tools);
    } catch (const Error& error) {
        return error.code();
    }
    return Code::internal;
}

TEST_CASE("what can go wrong when something is asked outside of a delivery") {
    CHECK(code_of_demand(400, fault(190, 460).body) == Code::platform_sign_in);
    CHECK(code_of_demand(400, fault(10).body) == Code::platform_refused);
    CHECK(code_of_demand(400, fault(100).body) == Code::platform_refused);
    CHECK(code_of_demand(403, fault(4).body) == Code::rate_limited);
    CHECK(code_of_demand(500, fault(2).body) == Code::platform_unavailable);
    CHECK(code_of_demand(502, "") == Code::platform_unavailable);
    CHECK(code_of_demand(200, "<html>") == Code::platform_unavailable);
    World world;
    world.http.answer(400, fault(100, 33).body);
    CHECK_FALSE(
        demand(threads::driver, ask("GET", "https://graph.example", Secret()), world.tools));
}

}  // namespace
}  // namespace caas::platform::meta
