// Stripe is called as its official library calls it.
#include "core/billing/stripe/client.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas::billing::stripe {
namespace {

using namespace std::chrono_literals;
using Kind = net::Failure::Kind;

struct Rig {
    // What post() throws.
    Refusal refused() {
        try {
            client.post("/v1/customers", {{"name", "Ann"}}, "key-1");
        } catch (const CallError& error) {
            code = facts(error.code()).name;
            words = std::string(error.what()) + error.hint();
            is_unknown = error.is_unknown();
            return error.refusal();
        }
        FAIL("nothing was thrown");
        return {};
    }

    std::string header(std::size_t request, std::string_view name) const {
        for (const auto& [key, value] : http.asked.at(request).headers) {
            if (key == name)
                return value;
        }
        return "";
    }

    fake::FakeHttp http;
    fake::FakeClock clock;
    fake::FakeRandom random;
    Log log{clock, Level::off};
    Client client{{http, clock, random, log}, "http://127.0.0.1:1", Secret("sk_test_hidden")};
    std::string code;
    std::string words;
    bool is_unknown = false;
};

constexpr auto declined =
    R"({"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds."}})";

TEST_CASE("a call carries version, key and form, and goes out on a connection of its own") {
    Rig it;
    it.http.answer(200, R"({"id":"cus_1"})");

    const auto answer = it.client.post(
        "/v1/customers", {{"email", "ann+é@example.test"}, {"metadata[caas]", "a b"}}, "key-1");

    CHECK(answer.at("id") == "cus_1");
    const auto& asked = it.http.asked.at(0);
    CHECK(asked.url == "http://127.0.0.1:1/v1/customers");
    CHECK(asked.body == "email=ann%2B%C3%A9%40example.test&metadata%5Bcaas%5D=a%20b");
    CHECK(asked.is_create);
    CHECK(it.header(0, "Stripe-Version") == "2026-10-28.endive");
    CHECK(it.header(0, "Authorization") == "Bearer sk_test_hidden");
    CHECK(it.header(0, "Idempotency-Key") == "key-1");
    CHECK(it.header(0, "Content-Type") == "application/x-www-form-urlencoded");
}

TEST_CASE("the key says whose world it is") {
    Rig it;
    CHECK_FALSE(it.client.is_live());
    CHECK(Client({it.http, it.clock, it.random, it.log}, "", Secret("sk_live_x")).is_live());
    CHECK(Client({it.http, it.clock, it.random, it.log}, "", Secret("rk_live_x")).is_live());
}

TEST_CASE("what may help is tried three times, with the same key, half a second apart") {
    for (const int status : {409, 500, 503}) {
        CAPTURE(status);
        Rig it;
        for (int i = 0; i < 3; ++i)
            it.http.answer(status, R"({"error":{"type":"api_error"}})");
        it.refused();
        CHECK(it.http.asked.size() == 3);
        CHECK(it.header(2, "Idempotency-Key") == "key-1");
        CHECK(it.clock.slept() == std::vector<Milliseconds>{500ms, 500ms});
        CHECK(it.code == "platform_unavailable");
        CHECK_FALSE(it.is_unknown);
    }
}

TEST_CASE("a connection that breaks is tried again, and in the end nothing is known") {
    Rig it;
    for (int i = 0; i < 3; ++i)
        it.http.fail(Kind::broken, true);
    CHECK(it.refused().status == 0);
    CHECK(it.is_unknown);
    CHECK(it.code == "platform_unavailable");
    CHECK(it.http.asked.size() == 3);
}

TEST_CASE("an answer that is cut off is as good as none") {
    Rig it;
    it.http.answer(200, R"({"id":"cus)");
    it.http.answer(200, R"({"id":"cus_1"})");
    CHECK(it.client.post("/v1/customers", {}, "k").at("id") == "cus_1");
    CHECK(it.header(1, "Idempotency-Key") == "k");
}

TEST_CASE("what Stripe says of trying again goes before its status") {
    Rig never;
    never.http.answer(500, "{}", {{"Stripe-Should-Retry", "false"}});
    never.refused();
    CHECK(never.http.asked.size() == 1);

    Rig always;
    always.http.answer(429, "{}", {{"Stripe-Should-Retry", "true"}});
    always.http.answer(200, "{}");
    always.client.post("/v1/customers", {}, "k");
    CHECK(always.http.asked.size() == 2);
}

TEST_CASE("a rate limit is tried again when Stripe says so, and not before the time it names") {
    for (const net::Headers& headers : {net::Headers{}, net::Headers{{"Retry-After", "3"}}}) {
        Rig alone;
        alone.http.answer(429, R"({"error":{"code":"rate_limit"}})", headers);
        CHECK(alone.refused().code == "rate_limit");
        CHECK(alone.code == "platform_unavailable");
        CHECK(alone.http.asked.size() == 1);
    }
    Rig told;
    told.http.answer(429, "{}", {{"Retry-After", "3"}, {"Stripe-Should-Retry", "true"}});
    told.http.answer(200, "{}");
    told.client.post("/v1/customers", {}, "k");
    CHECK(told.clock.slept() == std::vector<Milliseconds>{3s});
}

TEST_CASE("an answer may take as long as Stripe's own library waits for it") {
    Rig it;
    it.http.answer(200, "{}");
    it.client.get("/v1/prices");
    CHECK(it.http.asked[0].total_timeout == 80s);
    CHECK(it.http.asked[0].stall_timeout == 80s);
}

TEST_CASE("what is being done, or of what only a proxy speaks, may have been done") {
    const auto is_unknown_after = [](int status, const std::string& body) {
        Rig it;
        for (int i = 0; i < 3; ++i)
            it.http.answer(status, body);
        it.refused();
        return it.is_unknown;
    };
    CHECK(is_unknown_after(409, R"({"error":{"code":"idempotency_key_in_use"}})"));
    CHECK_FALSE(is_unknown_after(409, R"({"error":{"code":"lock_timeout"}})"));
    CHECK(is_unknown_after(502, "<html>Bad gateway</html>"));
    CHECK(is_unknown_after(500, ""));
    CHECK_FALSE(is_unknown_after(500, R"({"error":{"type":"api_error"}})"));
}

TEST_CASE("the log says why there was no answer") {
    fake::Folder folder;
    fake::FakeClock clock;
    fake::FakeRandom random;
    fake::FakeHttp http;
    const auto file = folder / "log";
    {
        Log log(clock, Level::info, file);
        const Client client({http, clock, random, log}, "http://127.0.0.1:1", Secret("sk_test_x"));
        for (int i = 0; i < 3; ++i)
            http.fail(Kind::timeout, true);
        CHECK_THROWS_AS(client.get("/v1/prices"), CallError);
    }
    const auto text = read_file(file, 1U << 20U);
    CHECK(text.find("scripted failure") != std::string::npos);
    CHECK(text.find("status 0") == std::string::npos);
}

TEST_CASE("a card that is declined is not tried again, and its words are for the customer") {
    Rig it;
    it.http.answer(402, declined, {{"Request-Id", "req_1"}});
    const auto refusal = it.refused();
    CHECK(refusal.code == "card_declined");
    CHECK(refusal.request_id == "req_1");
    CHECK(it.code == "platform_refused");
    CHECK(it.words.find("insufficient funds") != std::string::npos);
    CHECK(it.http.asked.size() == 1);
}

TEST_CASE("errors name codes and requests, never keys") {
    Rig it;
    it.http.answer(
        401,
        R"({"error":{"type":"invalid_request_error","message":"Invalid API Key provided: sk_test_hidden"}})");
    it.refused();
    CHECK(it.code == "platform_refused");
    CHECK(it.words.find("sk_test") == std::string::npos);
    CHECK(it.words.find("stripe.secret_key") != std::string::npos);

    it.http.answer(
        400,
        R"({"error":{"type":"invalid_request_error","code":"parameter_unknown","param":"foo","message":"secret words"}})");
    it.refused();
    CHECK(it.words.find("parameter_unknown, foo") != std::string::npos);
    CHECK(it.words.find("secret words") == std::string::npos);
}

TEST_CASE("a page of a proxy is an error like any other") {
    Rig it;
    for (int i = 0; i < 3; ++i)
        it.http.answer(502, "<html>Bad gateway</html>");
    CHECK(it.refused().status == 502);
}

TEST_CASE("whoever stops does not wait") {
    Rig it;
    std::stop_source stop;
    stop.request_stop();
    it.client.stop_with(stop.get_token());
    it.http.answer(500, "{}");
    CHECK_THROWS_WITH_AS(it.client.get("/v1/prices"), "Stopped while talking to Stripe", Error);
}

}  // namespace
}  // namespace caas::billing::stripe
