// Plans are bought, changed and ended over the API, at a pretend Stripe.
#include <doctest/doctest.h>

#include "core/billing/event.h"
#include "core/flow/subscribe_event.h"
#include "core/sandbox/stripe_pretend.h"
#include "tests/core/api/server.h"

namespace caas {
namespace {

using api::Answer;
using api::Server;
using sandbox::StripeCard;
using sandbox::StripeWorld;

struct Shop : Server {
    Shop()
        : Server(
              {{"STRIPE_SECRET_KEY", "sk_test_sandbox"},
               {"STRIPE_WEBHOOK_SECRET", "whsec_sandbox"},
               {"CAAS_HTTP_PUBLIC_URL", "https://caas.example.org"}}),
          stripe(home.clock.now(), Secret("sk_test_sandbox")) {
        home.http.handler = [this](const net::Request& request) { return stripe.handle(request); };
        stripe.with([](StripeWorld& world) {
            world.add_price("prod_pro", "caas_pro_monthly", 2900);
            world.add_price("prod_team", "caas_team_monthly", 9900);
        });
    }

    Answer post(const std::string& what, const Json& body = Json::object()) {
        return call("POST", "/api/v1/billing/" + what, body);
    }

    Json plan() { return call("GET", "/api/v1/billing/subscription").json; }

    // Everything that Stripe has to tell, by its way.
    void deliver() {
        for (const auto& event : stripe.events(delivered)) {
            ++delivered;
            const auto seconds = to_ms(home.clock.now()) / 1000;
            const auto answer = send(
                "POST",
                "/api/v1/webhooks/stripe",
                std::make_unique<api::TextBody>(event.body),
                std::nullopt,
                {{"Stripe-Signature",
                  sandbox::sign_stripe_event({Secret("whsec_sandbox")}, seconds, event.body)}});
            CHECK(answer.status == 200);
        }
        flow::work_on_events(home.tools);
    }

    void buy(const std::string& plan) {
        const auto page = post("checkout", {{"plan", plan}});
        REQUIRE(page.status == 201);
        stripe.with([&](StripeWorld& world) {
            CHECK(world.complete(
                *world.find_session(page.json.at("id").get<std::string>()), StripeCard::pays));
        });
        deliver();
    }

    sandbox::PretendStripe stripe;
    std::size_t delivered = 0;
};

TEST_CASE("a checkout leads to Stripe, back to our page, and to the plan") {
    Shop it;
    const auto page = it.post("checkout", {{"plan", "pro"}});
    CHECK(page.status == 201);
    CHECK(page.json.at("url").get<std::string>().starts_with("https://"));
    it.stripe.with([](StripeWorld& world) {
        CHECK(
            world.sessions.back().success_url ==
            "https://caas.example.org/app/billing?checkout=done&session_id={CHECKOUT_SESSION_ID}");
    });
    CHECK(it.plan().at("plan") == "free");

    it.buy("pro");

    CHECK(it.plan().at("plan") == "pro");
    CHECK(it.plan().at("standing") == "active");
    CHECK(it.post("checkout", {{"plan", "team"}}).code() == "conflict");
}

TEST_CASE("a plan is changed by its preview, ended, and kept") {
    Shop it;
    it.buy("pro");
    it.home.clock.advance(std::chrono::hours(240));
    it.stripe.advance_to(it.home.clock.now());
    const auto preview = it.post("preview", {{"plan", "team"}});
    REQUIRE(preview.status == 200);
    const auto change = it.post("change", {{"plan", "team"}, {"as_of", preview.json.at("as_of")}});
    REQUIRE(change.status == 200);
    CHECK(change.json.at("amount_due") == preview.json.at("amount_due"));
    CHECK(it.plan().at("plan") == "team");

    CHECK(it.post("cancel").json.at("cancel_at_period_end") == true);
    CHECK(it.post("cancel").code() == "conflict");
    CHECK(it.post("resume").json.at("cancel_at_period_end") == false);
    CHECK(it.post("portal").status == 201);
    CHECK(it.post("sync").json.at("differences").empty());
}

TEST_CASE("wrong wishes are refused with what is wrong about them") {
    Shop it;
    CHECK(it.post("checkout").status == 422);
    CHECK(it.post("checkout", {{"plan", "gold"}}).status == 422);
    CHECK(it.post("checkout", {{"plan", "pro"}, {"price", 1}}).status == 422);
    CHECK(it.post("change", {{"plan", "pro"}}).code() == "conflict");
    CHECK(it.post("change", {{"plan", "pro"}, {"as_of", "soon"}}).status == 422);
    CHECK(it.post("cancel").code() == "conflict");
    CHECK(it.post("portal").code() == "conflict");
}

TEST_CASE("when Stripe is away, it says so and may be asked again") {
    Shop it;
    it.stripe.set_always(sandbox::PlatformFault::unreachable);
    const auto answer = it.post("checkout", {{"plan", "pro"}});
    CHECK(answer.status == 503);
    CHECK(answer.code() == "platform_unavailable");
    CHECK(answer.text.find("sk_test") == std::string::npos);
}

TEST_CASE("only the owner of the installation compares everything") {
    Shop it;
    auto owner = it.home.foreign();
    CHECK(it.as(owner, "POST", "/api/v1/billing/sync").status == 200);
    CHECK(it.as(owner, "POST", "/api/v1/billing/sync", {{"everything", true}}).status == 403);
    CHECK(it.post("sync", {{"everything", true}}).status == 200);
}

TEST_CASE("an organization that pays is not deleted") {
    Shop it;
    it.buy("pro");
    it.call("POST", "/api/v1/organizations", {{"name", "Second"}});
    const auto name = it.call("GET", "/api/v1/organizations/" + it.organization()).json.at("name");
    const auto refused = it.call(
        "DELETE",
        "/api/v1/organizations/" + it.organization() + "?confirm=" + name.get<std::string>());
    CHECK(refused.code() == "conflict");
}

TEST_CASE("no customer of one organization is shown or changed by another") {
    Shop it;
    it.buy("pro");
    const auto eve = it.home.foreign();
    for (const auto* what : {"portal", "cancel", "resume"})
        CHECK(it.as(eve, "POST", "/api/v1/billing/" + std::string(what)).code() == "conflict");
    CHECK(it.as(eve, "POST", "/api/v1/billing/change", {{"plan", "team"}}).code() == "conflict");
    CHECK(it.plan().at("cancel_at_period_end") == false);
}

}  // namespace
}  // namespace caas
