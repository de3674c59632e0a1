// What Stripe told of and never arrived, what others changed, what broke on its way.
#include "core/flow/subscribe_sync.h"

#include <algorithm>
#include <thread>

#include "core/access/audit.h"
#include "tests/core/flow/subscribe_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using billing::Standing;
using fake::code_of;
using sandbox::PlatformFault;
using sandbox::StripeCard;
using sandbox::StripeWorld;
using Rig = SubscribeRig;
using Texts = std::vector<std::string>;

constexpr auto month = 24h * 31;

bool names(const Synced& synced, const std::string& what) {
    return std::any_of(
        synced.differences.begin(), synced.differences.end(), [&](const Difference& one) {
            return one.what.starts_with(what);
        });
}

TEST_CASE("where nothing differs, sync says so and changes nothing") {
    Rig it;
    it.buy("pro");
    const auto synced = sync_everything(it.home.tools);
    CHECK(synced.customers == 1);
    CHECK(synced.missed_events == 0);
    CHECK(synced.differences.empty());
}

TEST_CASE("sync fetches what never arrived and says what differed") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));

    const auto synced = sync_organization(it.home.tools, it.home.owner.organization);

    CHECK(names(synced, "subscription"));
    CHECK(names(synced, "invoice"));
    CHECK(names(synced, "plan"));
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
    // What comes at last changes nothing more.
    it.settle();
    CHECK(it.grants() == Texts{"invoice 5000"});
}

TEST_CASE("sync of everything also counts the events that never came") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    CHECK(sync_everything(it.home.tools).missed_events >= 3);
    CHECK(it.in_force() == "pro");
}

TEST_CASE("a subscription that ended while nobody listened ends here") {
    Rig it;
    it.buy("pro");
    it.stripe.with([](StripeWorld& world) { world.cancel(world.subscriptions.back()); });
    const auto synced = sync_organization(it.home.tools, it.home.owner.organization);
    CHECK(names(synced, "plan"));
    CHECK(it.in_force() == "free");
}

TEST_CASE("a customer that cannot be compared does not keep the others from it") {
    Rig it;
    it.buy("pro");
    const auto eve = it.home.foreign();
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, eve, "team").id));
    // The price of the other one, who is looked at first, sells nothing any more.
    it.home.store.write([](store::Transaction& transaction) {
        transaction.execute("DELETE FROM stripe_price", {});
    });
    it.stripe.with([&](StripeWorld& world) {
        for (auto& price : world.prices) {
            if (price.id == it.pro)
                price.lookup_key = "of_another_time";
        }
    });

    const auto synced = sync_everything(it.home.tools);

    CHECK(synced.customers == 2);
    const auto plan = it.home.store.read([&](store::Reader& reader) {
        return billing::plan_of(
            it.home.tools.plans(), reader, eve.organization, it.home.clock.now());
    });
    CHECK(plan.plan == "team");
    CHECK(std::any_of(
        synced.differences.begin(), synced.differences.end(), [](const Difference& one) {
            return one.what.starts_with("customer cus_") && one.here == "not compared" &&
                   one.there.find("sells no plan") != std::string::npos;
        }));
    // The night is over all the same.
    it.home.clock.advance(24h);
    keep_billing(it.home.tools);
    it.home.clock.advance(31min);
    CHECK_FALSE(keep_billing(it.home.tools).has_worked);
}

TEST_CASE("a customer of nobody who cannot be asked for does not keep the others from it") {
    Rig it;
    it.buy("pro");
    it.home.store.write([](store::Transaction& transaction) {
        transaction.execute("DELETE FROM stripe_customer", {});
    });
    it.stripe.with([](StripeWorld& world) { world.customers.clear(); });
    const auto synced = sync_everything(it.home.tools);
    REQUIRE(synced.differences.size() == 1);
    CHECK(synced.differences[0].what.starts_with("customer cus_"));
    CHECK(synced.differences[0].here == "not compared");
}

TEST_CASE("an organization that is deleted while others are compared is left out") {
    Rig it;
    it.buy("pro");
    const auto eve = it.home.foreign();
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, eve, "team").id));
    it.settle();
    // The last one is gone as soon as the first one is looked at.
    it.home.http.handler = [&](const net::Request& request) {
        if (request.url.find("/v1/invoices") != std::string::npos)
            it.home.store.write([&](store::Transaction& transaction) {
                transaction.execute(
                    "DELETE FROM stripe_customer WHERE organization_id = $1", {eve.organization});
            });
        return it.stripe.handle(request);
    };
    CHECK(sync_everything(it.home.tools).customers == 1);
}

TEST_CASE("after a backup was restored, a customer is known again by its subscription") {
    Rig it;
    it.buy("pro");
    it.home.store.write([](store::Transaction& transaction) {
        transaction.execute("DELETE FROM stripe_customer", {});
        transaction.execute("DELETE FROM stripe_event", {});
        transaction.execute("DELETE FROM token_grant", {});
        transaction.execute("DELETE FROM plan_state", {});
    });
    CHECK(it.in_force() == "free");

    sync_everything(it.home.tools);

    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
}

TEST_CASE("subscriptions of other products at the same account are nothing of ours") {
    Rig it;
    it.stripe.with([](StripeWorld& world) {
        const auto price = world.add_price("prod_other", "", 500).id;
        sandbox::StripeSession session;
        session.customer = world.add_customer("Other", "o@example.org", {}).id;
        session.price = price;
        world.complete(world.add_session(session), StripeCard::pays);
    });
    it.settle();
    CHECK(sync_everything(it.home.tools).differences.empty());
    CHECK(it.home.count("stripe_customer") == 0);
}

TEST_CASE("each night one daemon of several compares") {
    Rig it;
    it.buy("pro");
    const auto lists = [&] {
        const auto asked = it.stripe.asked();
        return std::count_if(asked.begin(), asked.end(), [](const std::string& line) {
            return line.starts_with("GET /v1/events");
        });
    };
    CHECK(keep_billing(it.home.tools).again.has_value());
    CHECK(lists() == 0);
    it.home.clock.advance(24h);
    {
        std::vector<std::jthread> daemons;
        for (int i = 0; i < 4; ++i)
            daemons.emplace_back([&] { keep_billing(it.home.tools); });
    }
    CHECK(lists() == 1);
    keep_billing(it.home.tools);
    CHECK(lists() == 1);
    it.home.clock.advance(24h);
    keep_billing(it.home.tools);
    CHECK(lists() == 2);
}

TEST_CASE("an event whose worker died is worked on by the next") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    it.deliver();
    const auto taken = it.home.store.write([&](store::Transaction& transaction) {
        return billing::claim_events(transaction, it.home.clock.now(), 100);
    });
    CHECK(taken.size() >= 3);
    CHECK(it.work().settled == 0);
    it.home.clock.advance(2min);
    CHECK(it.work().settled == static_cast<int>(taken.size()));
    CHECK(it.in_force() == "pro");
}

TEST_CASE("events wait while Stripe is away, and nothing of them is lost") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    it.deliver();
    it.stripe.set_always(PlatformFault::unreachable);
    CHECK(it.work().failed > 0);
    CHECK(it.in_force() == "free");
    it.stripe.set_always(PlatformFault::none);
    it.home.clock.advance(1min);
    CHECK(it.work().failed == 0);
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
}

TEST_CASE("once Stripe does not answer, nothing more is asked of it for the events that wait") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    for (int i = 0; i < 12; ++i)
        it.stripe.with([](StripeWorld& world) { world.refund(world.charges.back(), 100); });
    it.deliver();
    it.stripe.set_always(PlatformFault::unreachable);
    const auto before = it.stripe.requests();
    CHECK(it.work().failed > 12);
    CHECK(it.stripe.requests() - before == 3);
    it.stripe.set_always(PlatformFault::none);
    it.home.clock.advance(1min);
    CHECK(it.work().failed == 0);
    CHECK(it.in_force() == "pro");
}

TEST_CASE("an order that is being worked on keeps its key, and is not done twice") {
    Rig it;
    // The answer to the second request, which makes the customer, is lost.
    it.stripe.queue(PlatformFault::lost_after, 1);
    it.stripe.hold_keys(2);
    CHECK(code_of([&] {
              begin_checkout(it.home.tools, it.home.owner, "pro");
          }) == "platform_unavailable");

    it.buy("pro");

    CHECK(it.stripe.with([](StripeWorld& world) { return world.customers.size(); }) == 1);
    CHECK(it.in_force() == "pro");
}

TEST_CASE("who takes too long over a page loses it to the next") {
    Rig it;
    const auto next = it.tools_with(it.stripe, it.home.tools.plans);
    bool is_first = true;
    it.home.http.handler = [&](const net::Request& request) {
        auto result = it.stripe.handle(request);
        const bool is_page = request.method == "POST" && request.url.ends_with("/sessions");
        if (is_page && std::exchange(is_first, false)) {
            it.home.clock.advance(61s);
            begin_checkout(next, it.home.owner, "team");
        }
        return result;
    };

    CHECK(code_of([&] { begin_checkout(it.home.tools, it.home.owner, "pro"); }) == "busy");

    CHECK(it.open_pages() == 1);
    begin_checkout(it.home.tools, it.home.owner, "pro");
    CHECK(it.open_pages() == 1);
}

TEST_CASE("whatever call of a purchase breaks however, nobody pays twice and nothing is lost") {
    for (const auto fault : sandbox::platform_faults()) {
        for (int call = 0; call < 8; ++call) {
            CAPTURE(sandbox::name(fault));
            CAPTURE(call);
            Rig it;
            it.stripe.queue(fault, call);
            std::optional<StripePage> page;
            for (int tries = 0; tries < 4 && !page; ++tries) {
                try {
                    page = begin_checkout(it.home.tools, it.home.owner, "pro");
                } catch (const Error&) {
                    it.home.clock.advance(1min);
                }
            }
            REQUIRE(page.has_value());
            REQUIRE(it.pay_page(page->id));
            it.deliver();
            for (int tries = 0; tries < 4; ++tries) {
                it.work();
                it.home.clock.advance(1min);
            }
            CHECK(it.in_force() == "pro");
            CHECK(it.grants() == Texts{"invoice 5000"});
            CHECK(it.charged() == 2900);
            CHECK(it.home.count("stripe_customer") == 1);
            const auto open = it.stripe.with([](StripeWorld& world) {
                return std::count_if(
                    world.sessions.begin(), world.sessions.end(), [](const auto& session) {
                        return session.status == "open";
                    });
            });
            CHECK(open == 0);
        }
    }
}

TEST_CASE("whatever call of an upgrade breaks however, it is paid once") {
    for (const auto fault : sandbox::platform_faults()) {
        for (int call = 0; call < 5; ++call) {
            CAPTURE(sandbox::name(fault));
            CAPTURE(call);
            Rig it;
            it.buy("pro");
            it.pass_unheard(24h * 10);
            const auto as_of = preview_change(it.home.tools, it.home.owner, "team");
            it.stripe.queue(fault, call);
            for (int tries = 0; tries < 4; ++tries) {
                try {
                    change_plan(it.home.tools, it.home.owner, "team", as_of.as_of);
                } catch (const Error& error) {
                    if (error.code() == Code::conflict)
                        break;
                }
            }
            it.stripe.arrive();
            it.deliver();
            it.work();
            it.home.clock.advance(5min);
            it.work();
            CHECK(it.charged() == 2900 + as_of.amount_due);
            CHECK(it.in_force() == "team");
            CHECK(it.grants() == Texts{"invoice 5000", "upgrade 15000"});
        }
    }
}

TEST_CASE("many who buy different plans at once get one page to pay on") {
    Rig it;
    begin_checkout(it.home.tools, it.home.owner, "pro");
    {
        std::vector<std::jthread> people;
        for (int i = 0; i < 6; ++i)
            people.emplace_back([&, i] {
                try {
                    begin_checkout(it.home.tools, it.home.owner, i % 2 == 0 ? "team" : "pro");
                } catch (const Error& error) {
                    CHECK(error.code() == Code::busy);
                }
            });
    }
    const auto open = it.stripe.with([](StripeWorld& world) {
        return std::count_if(world.sessions.begin(), world.sessions.end(), [](const auto& one) {
            return one.status == "open";
        });
    });
    CHECK(open == 1);
}

TEST_CASE("clocks that jump do no harm") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    it.home.clock.jump(-24h * 400);
    it.settle();
    it.home.clock.jump(24h * 400);
    it.work();
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
    it.home.clock.jump(24h * 4000);
    keep_billing(it.home.tools);
    const auto lists = it.asked("GET /v1/events");
    it.home.clock.jump(-24h * 4000);
    keep_billing(it.home.tools);
    CHECK(it.asked("GET /v1/events") == lists + 1);
    CHECK(it.in_force() == "pro");
    // What is missed then is of the last month, not of the future.
    it.stripe.with([](StripeWorld& world) { world.refund(world.charges.back(), 100); });
    it.home.clock.advance(24h);
    keep_billing(it.home.tools);
    CHECK(it.asked("GET /v1/events") == lists + 2);
    CHECK(it.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT count(*) FROM stripe_event WHERE type = 'charge.refunded'", {})
            .front()
            .integer(0);
    }) == 1);
}

TEST_CASE("two programs that work side by side give nothing twice") {
    Rig it;
    it.buy("pro");
    it.pass_unheard(24h * 10);
    it.stripe.with([&](StripeWorld& world) {
        world.change_price(
            world.subscriptions.back(), it.team, "always_invoice", "allow_incomplete", world.now());
    });
    for (int i = 0; i < 3; ++i)
        it.pass_unheard(month);
    it.deliver();
    {
        std::vector<std::jthread> daemons;
        for (int i = 0; i < 4; ++i)
            daemons.emplace_back([&] { work_on_events(it.home.tools); });
    }
    it.home.clock.advance(10min);
    CHECK(it.work().failed == 0);
    CHECK(
        it.grants() ==
        Texts{"invoice 5000", "upgrade 15000", "invoice 20000", "invoice 20000", "invoice 20000"});
}

TEST_CASE("what changes a plan stands in the audit log, without a gap") {
    Rig it;
    it.buy("pro");
    cancel_plan(it.home.tools, it.home.owner);
    it.home.store.read([&](store::Reader& reader) {
        const auto chain = it.home.owner.organization.text();
        CHECK(access::verify_audit(reader, chain).faults.empty());
        Texts actions;
        for (const auto& row : access::list_audit(reader, chain, {}).items)
            actions.push_back(row.action);
        for (const auto* action :
             {"billing.checkout", "billing.paid", "billing.plan", "billing.cancel"})
            CHECK(std::find(actions.begin(), actions.end(), action) != actions.end());
    });
}

}  // namespace
}  // namespace caas::flow
