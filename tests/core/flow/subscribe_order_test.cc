// Events come in any order, more than once, or not at all: in the end all is the same.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>

#include "tests/core/flow/subscribe_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using sandbox::StripeCard;
using sandbox::StripeWorld;
using Rig = SubscribeRig;

constexpr auto month = 24h * 31;

constexpr unsigned quarters = 4;

// CAAS_ORDERS: 1,000 in a build that is fast enough (tests/CMakeLists.txt). With PostgreSQL each
// takes longer, and the order is the same matter there.
unsigned orders() {
    const char* const wanted = std::getenv("CAAS_ORDERS");
    if (wanted != nullptr)
        return static_cast<unsigned>(std::stoul(wanted));
    return fake::is_on_postgres() ? 20 : 100;
}

// Of what a change of mind, a change of plan and an empty account make; nobody is told meanwhile.
void live(Rig& it) {
    const auto wish = [&](const std::string& price, const std::string& proration) {
        it.stripe.with([&](StripeWorld& world) {
            world.change_price(
                world.subscriptions.back(), price, proration, "pending_if_incomplete", world.now());
        });
    };
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    it.pass_unheard(month + 24h);
    wish(it.team, "always_invoice");
    it.pass_unheard(24h * 10);
    it.set_card(StripeCard::declines);
    it.pass_unheard(month);
    it.set_card(StripeCard::pays);
    it.pass_unheard(24h * 4);
    wish(it.pro, "none");
    it.pass_unheard(month);
    it.stripe.with([](StripeWorld& world) {
        world.refund(world.charges.back(), 500);
        world.set_ending(world.subscriptions.back(), true, 0);
    });
    it.pass_unheard(month);
    it.stripe.with([&](StripeWorld& world) {
        auto again = world.sessions.back();
        again.status = "open";
        again.price = it.pro;
        again.subscription.clear();
        world.complete(world.add_session(again), StripeCard::pays);
    });
    it.pass_unheard(24h * 3);
    wish(it.team, "always_invoice");
    it.pass_unheard(1h);
}

// Everything that Stripe brought, as if it had never come.
void forget(Rig& it) {
    it.home.store.write([](store::Transaction& transaction) {
        for (const auto* table :
             {"stripe_checkout",
              "stripe_invoice",
              "stripe_subscription",
              "stripe_customer",
              "stripe_price",
              "stripe_event",
              "stripe_order",
              "billing_notice",
              "billing_turn",
              "token_grant",
              "plan_state"})
            transaction.execute("DELETE FROM " + std::string(table), {});
    });
}

// As they come when many are on their way at once.
void deliver_together(Rig& it, const std::vector<const sandbox::StripeEvent*>& events) {
    it.home.store.write([&](store::Transaction& transaction) {
        for (const auto* event : events) {
            const auto read = billing::stripe::read_event(json::parse(event->body, "An event"));
            billing::receive(transaction, *read, event->body, false, it.home.clock.now());
        }
    });
}

// Plan, grants and balance in one text.
std::string state_of(Rig& it) {
    std::string out;
    const auto add = [&](std::string_view sql) {
        const auto rows =
            it.home.store.read([&](store::Reader& reader) { return reader.query(sql, {}); });
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < row.size(); ++i)
                out += (row.is_null(i) ? "-" : row.text(i)) + " ";
            out += "\n";
        }
    };
    add("SELECT plan, standing, CAST(since AS TEXT), CAST(period_start AS TEXT), "
        "CAST(period_end AS TEXT), CAST(grace_until AS TEXT), "
        "CAST(cancel_at_period_end AS TEXT), next_plan FROM plan_state");
    add("SELECT reason, source, CAST(tokens AS TEXT), CAST(valid_from AS TEXT), "
        "CAST(expires_at AS TEXT) FROM token_grant WHERE reason <> 'refill' ORDER BY source");
    add("SELECT CAST(sum(tokens) AS TEXT) FROM token_grant WHERE reason <> 'refill'");
    return out;
}

// A quarter of the orders each, so that they can be tried side by side.
void replay(unsigned quarter) {
    Rig it;
    live(it);
    const auto events = it.stripe.events();
    REQUIRE(events.size() > 50);
    for (const auto& event : events)
        it.deliver(event);
    REQUIRE(it.work().failed == 0);
    const auto wanted = state_of(it);
    CAPTURE(wanted);
    CHECK(wanted.find("team active") != std::string::npos);
    CHECK(it.grants().size() == 7);

    for (unsigned seed = quarter + 1; seed <= orders(); seed += quarters) {
        std::mt19937 chance(seed);
        const bool loses = chance() % 2 == 0;
        forget(it);
        // A third comes twice or more, and of every second order a fifth never comes.
        std::vector<const sandbox::StripeEvent*> order;
        for (const auto& event : events) {
            const bool is_lost = loses && chance() % 5 == 0;
            for (auto times = is_lost ? 0U : 1U + (chance() % 3 == 0 ? chance() % 3 : 0U);
                 times > 0;
                 --times)
                order.push_back(&event);
        }
        std::shuffle(order.begin(), order.end(), chance);
        // Some are worked on before others come.
        for (std::size_t at = 0; at < order.size();) {
            const auto end = std::min<std::size_t>(order.size(), at + 1 + chance() % 60);
            deliver_together(
                it,
                {order.begin() + static_cast<std::ptrdiff_t>(at),
                 order.begin() + static_cast<std::ptrdiff_t>(end)});
            it.work();
            at = end;
        }
        it.home.http.asked.clear();
        if (loses)
            sync_everything(it.home.tools);

        const auto state = state_of(it);
        if (state != wanted) {
            CAPTURE(seed);
            CHECK(state == wanted);
            break;
        }
    }
}

TEST_CASE("events of a whole life in any order, doubled and lost, end in the same state: 1 of 4") {
    replay(0);
}

TEST_CASE("events of a whole life in any order, doubled and lost, end in the same state: 2 of 4") {
    replay(1);
}

TEST_CASE("events of a whole life in any order, doubled and lost, end in the same state: 3 of 4") {
    replay(2);
}

TEST_CASE("events of a whole life in any order, doubled and lost, end in the same state: 4 of 4") {
    replay(3);
}

TEST_CASE("who is told of everything as it happens ends where those end who are told later") {
    Rig told;
    told.buy("pro");
    told.pass(24h * 10);
    change_plan(told.home.tools, told.home.owner, "team", std::nullopt);
    told.pass(month);
    told.set_card(StripeCard::declines);
    told.pass(month);
    told.set_card(StripeCard::pays);
    told.pass(24h * 5);
    const auto sum = [](Rig& it) {
        return it.home.store.read([](store::Reader& reader) {
            return reader
                .query(
                    "SELECT CAST(sum(tokens) AS TEXT) FROM token_grant WHERE reason <> 'refill'",
                    {})
                .front()
                .text(0);
        });
    };
    const auto tokens = sum(told);
    const auto plan = told.plan();

    forget(told);
    sync_everything(told.home.tools);

    CHECK(sum(told) == tokens);
    CHECK(told.plan().plan == plan.plan);
    CHECK(told.plan().standing == plan.standing);
    CHECK(told.plan().period_end == plan.period_end);
}

}  // namespace
}  // namespace caas::flow
