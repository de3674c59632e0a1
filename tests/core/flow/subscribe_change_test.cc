// Orders whose answer was lost, and what came of them meanwhile: what is said to be done is done.
#include <string>

#include "core/access/audit.h"
#include "tests/core/flow/subscribe_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using fake::code_of;
using fake::thrown_by;
using sandbox::PlatformFault;
using sandbox::StripeWorld;

struct Rig : SubscribeRig {
    // Stripe does what `order` asks for, and nobody hears of it.
    template <typename Order>
    void lose(Order order) {
        stripe.arm(PlatformFault::lost_after);
        stripe.hold_keys(2);
        REQUIRE(code_of(order) == "platform_unavailable");
    }

    void cancel() { cancel_plan(home.tools, home.owner); }

    void keep() { keep_plan(home.tools, home.owner); }

    void change(const std::string& plan) {
        change_plan(home.tools, home.owner, plan, std::nullopt);
    }

    // What people do at Stripe itself.
    void set_ending(bool is_ending) {
        stripe.with([&](StripeWorld& world) {
            world.set_ending(world.subscriptions.back(), is_ending, 0);
        });
    }

    bool ends_at_stripe() {
        return stripe.with(
            [](StripeWorld& world) { return world.subscriptions.back().cancels_at_period_end; });
    }

    std::string price_at_stripe() {
        return stripe.with([](StripeWorld& world) { return world.subscriptions.back().price; });
    }

    std::int64_t recorded(const std::string& action) {
        return home.store.read([&](store::Reader& reader) {
            const auto all = access::list_audit(reader, home.owner.organization.text(), {}).items;
            return std::count_if(
                all.begin(), all.end(), [&](const auto& row) { return row.action == action; });
        });
    }
};

TEST_CASE("an end that was lost on its way, seen by sync and taken back, is ordered anew") {
    Rig it;
    it.buy("pro");
    it.lose([&] { it.cancel(); });
    CHECK(it.ends_at_stripe());
    it.sync();
    CHECK(it.plan().cancel_at_period_end);
    it.keep();
    CHECK_FALSE(it.ends_at_stripe());

    it.cancel();

    CHECK(it.ends_at_stripe());
    CHECK(it.plan().cancel_at_period_end);
}

TEST_CASE("an end that was lost on its way and seen by an event is ordered anew") {
    Rig it;
    it.buy("pro");
    it.lose([&] { it.cancel(); });
    it.settle();
    it.set_ending(false);
    it.settle();

    it.cancel();

    CHECK(it.ends_at_stripe());
}

TEST_CASE("a return that was lost on its way is ordered anew after the plan was ended again") {
    Rig it;
    it.buy("pro");
    it.cancel();
    it.lose([&] { it.keep(); });
    it.sync();
    it.cancel();
    CHECK(it.ends_at_stripe());

    it.keep();

    CHECK_FALSE(it.ends_at_stripe());
}

TEST_CASE("a smaller plan whose order was lost, taken back, is ordered anew") {
    Rig it;
    it.buy("team");
    it.lose([&] { it.change("pro"); });
    it.sync();
    CHECK(it.plan().next_plan == "pro");
    it.change("team");
    CHECK(it.price_at_stripe() == it.team);

    it.change("pro");

    CHECK(it.price_at_stripe() == it.pro);
    CHECK(it.plan().next_plan == "pro");
}

TEST_CASE(
    "an order that did not take hold is an error, is not recorded, and is done the next time") {
    Rig it;
    it.buy("pro");
    SUBCASE("an end that was taken back before anybody here saw it") {
        it.lose([&] { it.cancel(); });
        it.set_ending(false);

        const auto error = thrown_by([&] { it.cancel(); });

        CHECK(error.code() == Code::conflict);
        CHECK(error.hint().find("caas billing status") != std::string::npos);
        CHECK(it.recorded("billing.cancel") == 0);
        it.cancel();
        CHECK(it.ends_at_stripe());
        CHECK(it.recorded("billing.cancel") == 1);
    }
    SUBCASE("a return after which it was ended again") {
        it.cancel();
        it.lose([&] { it.keep(); });
        it.set_ending(true);

        CHECK(code_of([&] { it.keep(); }) == "conflict");

        CHECK(it.recorded("billing.resume") == 0);
        it.keep();
        CHECK_FALSE(it.ends_at_stripe());
    }
    SUBCASE("a smaller plan that was taken back") {
        it.change("team");
        it.lose([&] { it.change("pro"); });
        it.stripe.with([&](StripeWorld& world) {
            world.change_price(
                world.subscriptions.back(), it.team, "none", "pending_if_incomplete", world.now());
        });

        CHECK(code_of([&] { it.change("pro"); }) == "conflict");

        CHECK(it.recorded("billing.change") == 1);
        it.change("pro");
        CHECK(it.price_at_stripe() == it.pro);
    }
}

TEST_CASE("an order that Stripe took is recorded also when nobody can see what came of it") {
    Rig it;
    it.buy("pro");
    it.home.http.handler = [&](const net::Request& request) {
        auto result = it.stripe.handle(request);
        if (request.method == "POST")
            it.stripe.set_always(PlatformFault::unreachable);
        return result;
    };

    CHECK(code_of([&] { it.cancel(); }) == "platform_unavailable");

    CHECK(it.ends_at_stripe());
    CHECK(it.recorded("billing.cancel") == 1);
}

TEST_CASE("a page of the portal whose answer was lost is not shown later") {
    Rig it;
    it.buy("pro");
    begin_portal(it.home.tools, it.home.owner);
    std::set<std::string> keys;
    it.home.http.handler = [&](const net::Request& request) {
        for (const auto& [name, value] : request.headers) {
            if (name == "Idempotency-Key")
                keys.insert(value);
        }
        return it.stripe.handle(request);
    };
    it.lose([&] { begin_portal(it.home.tools, it.home.owner); });
    REQUIRE(keys.size() == 1);

    begin_portal(it.home.tools, it.home.owner);

    CHECK(keys.size() == 2);
}

}  // namespace
}  // namespace caas::flow
