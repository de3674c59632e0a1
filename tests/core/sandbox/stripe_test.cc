// The pretend Stripe is as strict with what it is sent as Stripe is.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/net/url.h"
#include "core/sandbox/stripe_pretend.h"

namespace caas::sandbox {
namespace {

using namespace std::chrono_literals;

constexpr Instant begin = from_ms(1'795'341'600'000);

struct Shop {
    struct Answer {
        int status;
        Json json;

        std::string code() const {
            const auto* error = json::find(json, "error");
            return error == nullptr ? "" : json::text_or(*error, "code", "");
        }
    };

    Shop() {
        stripe.with([](StripeWorld& world) { world.add_price("prod", "caas_pro_monthly", 2900); });
    }

    Answer ask(
        const std::string& method,
        const std::string& path,
        const net::Pairs& form = {},
        const std::string& key = "",
        net::Headers more = {}) {
        net::Request request;
        request.method = method;
        request.url = "https://api.stripe.com" + path;
        request.headers = std::move(more);
        request.headers.emplace_back("Authorization", "Bearer sk_test_sandbox");
        request.headers.emplace_back("Stripe-Version", "2026-10-28.endive");
        if (method == "POST") {
            request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
            request.headers.emplace_back(
                "Idempotency-Key", key.empty() ? std::to_string(++keys) : key);
            request.body = net::form_encode(form);
        } else {
            request.url = net::with_query(request.url, form);
        }
        const auto response = std::get<net::Response>(stripe.handle(request));
        return {response.status, json::parse(response.body, "An answer")};
    }

    PretendStripe stripe{begin, Secret("sk_test_sandbox")};
    int keys = 0;
};

TEST_CASE("key, version, form and Idempotency-Key are asked for") {
    Shop it;
    // The first header of a name counts.
    CHECK(it.ask("GET", "/v1/prices", {}, "", {{"Authorization", "Bearer other"}}).status == 401);
    CHECK(it.ask("GET", "/v1/prices", {}, "", {{"Stripe-Version", "2024-06-20"}}).status == 400);
    CHECK(
        it.ask("POST", "/v1/customers", {}, "", {{"Content-Type", "application/json"}}).status ==
        400);
    CHECK(
        it.ask("POST", "/v1/customers", {}, "", {{"Idempotency-Key", std::string(256, 'k')}})
            .status == 400);
    CHECK(it.ask("GET", "/v1/prices").status == 200);
    CHECK(it.ask("GET", "/v1/teapots").status == 404);
}

TEST_CASE("a key gives what it gave, to the same request alone, for a day") {
    Shop it;
    const auto one = it.ask("POST", "/v1/customers", {{"name", "Ann"}}, "k");
    CHECK(it.ask("POST", "/v1/customers", {{"name", "Ann"}}, "k").json == one.json);
    const auto other = it.ask("POST", "/v1/customers", {{"name", "Ben"}}, "k");
    CHECK(other.status == 400);
    CHECK(other.json.at("error").at("type") == "idempotency_error");
    it.stripe.advance_to(begin + 25h);
    CHECK(it.ask("POST", "/v1/customers", {{"name", "Ann"}}, "k").json != one.json);
}

TEST_CASE("what is refused before it is done is not kept under its key") {
    Shop it;
    CHECK(it.ask("POST", "/v1/customers", {{"nmae", "Ann"}}, "k").code() == "parameter_unknown");
    CHECK(it.ask("POST", "/v1/customers", {{"name", "Ann"}}, "k").status == 200);
}

TEST_CASE("parameters that are unknown at any depth, and those that were removed, are refused") {
    Shop it;
    for (const auto* name :
         {"payment_method_types[0]",
          "subscription_data[trial_period_day]",
          "line_items[0][prices]",
          "coupon",
          "line_items[price]"}) {
        CAPTURE(name);
        CHECK(it.ask("POST", "/v1/checkout/sessions", {{name, "x"}}).code() == "parameter_unknown");
    }
    CHECK(it.ask("POST", "/v1/checkout/sessions").code() == "parameter_missing");
}

TEST_CASE("a month later is the same day, or the last of a shorter month") {
    const auto day = [](int month, unsigned date) {
        return std::chrono::sys_seconds(
                   std::chrono::sys_days(std::chrono::year(2027) / month / static_cast<int>(date)))
            .time_since_epoch()
            .count();
    };
    CHECK(month_after(day(1, 31), 1) == day(2, 28));
    CHECK(month_after(day(1, 31), 2) == day(3, 31));
    CHECK(month_after(day(1, 15), 3) == day(4, 15));
    CHECK(month_after(day(1, 15), 12) == day(1, 15) + 365 * 86'400);
}

TEST_CASE(
    "time brings renewals, invoices an hour later, and tries after three, five and seven days") {
    Shop it;
    it.stripe.with([](StripeWorld& world) {
        StripeSession session;
        session.customer = world.add_customer("Ann", "", {}).id;
        session.price = world.prices.front().id;
        CHECK(world.complete(world.add_session(session), StripeCard::pays));
        world.customers.back().card = StripeCard::declines;
        const auto end = world.subscriptions.back().period_end;
        world.advance_to(end);
        CHECK(world.invoices.back().status == "draft");
        world.advance_to(end + 3600);
        CHECK(world.subscriptions.back().status == "past_due");
        CHECK(world.invoices.back().attempts == 1);
        for (const Seconds days : {3, 8, 15}) {
            const auto before = world.invoices.back().attempts;
            world.advance_to(end + 3600 + days * 86'400 - 1);
            CHECK(world.invoices.back().attempts == before);
            world.advance_to(end + 3600 + days * 86'400);
            CHECK(world.invoices.back().attempts == before + 1);
        }
        CHECK(world.subscriptions.back().status == "canceled");
    });
}

}  // namespace
}  // namespace caas::sandbox
