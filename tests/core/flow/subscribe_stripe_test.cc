// What people change at Stripe itself, and what follows from it here.
#include "core/flow/subscribe_stripe.h"

#include <string>
#include <vector>

#include "tests/core/flow/subscribe_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using billing::Standing;
using sandbox::StripeCard;
using sandbox::StripeWorld;
using Rig = SubscribeRig;
using Texts = std::vector<std::string>;

// As the Dashboard does it, and the card fails.
void switch_unpaid(Rig& it) {
    it.set_card(StripeCard::declines);
    it.stripe.with([&](StripeWorld& world) {
        auto& subscription = world.subscriptions.back();
        world.change_price(
            subscription, it.team, "always_invoice", "allow_incomplete", world.now());
        subscription.status = "past_due";
    });
    it.settle();
}

TEST_CASE(
    "a switch at Stripe that is not paid takes nothing of the paid period, and gives nothing") {
    Rig it;
    it.buy("pro");
    it.pass(24h);
    switch_unpaid(it);

    CHECK(it.plan().standing == Standing::past_due);
    CHECK(it.in_force() == "pro");
    CHECK(it.plan().next_plan == "team");
    CHECK(it.grants() == Texts{"invoice 5000"});

    it.pass(24h * 10);
    CHECK(it.in_force() == "pro");

    it.stripe.with([](StripeWorld& world) { world.pay(world.invoices.back()); });
    it.settle();
    CHECK(it.plan().standing == Standing::active);
    CHECK(it.in_force() == "team");
    CHECK(it.grants() == Texts{"invoice 5000", "upgrade 15000"});
}

TEST_CASE("a plan that was switched to at Stripe and is not paid is not said to come by itself") {
    Rig it;
    it.buy("pro");
    it.pass(24h);
    switch_unpaid(it);

    const auto error =
        fake::thrown_by([&] { change_plan(it.home.tools, it.home.owner, "team", std::nullopt); });

    CHECK(std::string(error.what()) == "The plan is not paid (past_due)");
}

}  // namespace
}  // namespace caas::flow
