// Whole lives of a subscription: bought, renewed, not paid, changed, ended, bought again.
#include "core/flow/subscribe.h"

#include <algorithm>
#include <map>
#include <string>

#include "tests/core/flow/subscribe_rig.h"

namespace caas::flow {
namespace {

using namespace std::chrono_literals;
using billing::Standing;
using fake::code_of;
using fake::thrown_by;
using sandbox::StripeCard;
using sandbox::StripeWorld;
using Rig = SubscribeRig;
using Variables = std::map<std::string, std::string>;
using Texts = std::vector<std::string>;

constexpr auto month = 24h * 31;

bool has(const Texts& texts, const std::string& what) {
    return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
        return text.find(what) != std::string::npos;
    });
}

TEST_CASE("a plan is bought: nothing on the way back, all when Stripe says that it is paid") {
    Rig it;
    const auto page = begin_checkout(it.home.tools, it.home.owner, "pro");
    CHECK(page.url.starts_with("https://"));
    CHECK(it.in_force() == "free");

    REQUIRE(it.pay_page(page.id));
    CHECK(it.in_force() == "free");
    it.settle();

    CHECK(it.in_force() == "pro");
    CHECK(it.plan().standing == Standing::active);
    CHECK(it.grants() == Texts{"invoice 5000"});
    CHECK(it.charged() == 2900);
    CHECK(it.work().settled == 0);
}

TEST_CASE("the same checkout again is the same page, and another plan ends it") {
    Rig it;
    const auto one = begin_checkout(it.home.tools, it.home.owner, "pro");
    CHECK(begin_checkout(it.home.tools, it.home.owner, "pro").id == one.id);

    const auto other = begin_checkout(it.home.tools, it.home.owner, "team");

    CHECK(other.id != one.id);
    CHECK_FALSE(it.pay_page(one.id));
    CHECK(it.pay_page(other.id));
    CHECK(it.home.count("stripe_customer") == 1);
}

TEST_CASE("who has a plan does not buy a second one, also when no event came") {
    Rig it;
    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));

    CHECK(code_of([&] { begin_checkout(it.home.tools, it.home.owner, "team"); }) == "conflict");
    CHECK(code_of([&] { begin_checkout(it.home.tools, it.home.owner, "pro"); }) == "conflict");

    CHECK(it.charged() == 2900);
    CHECK(it.in_force() == "pro");
}

TEST_CASE("what is not sold cannot be bought") {
    Rig it;
    CHECK(code_of([&] { begin_checkout(it.home.tools, it.home.owner, "free"); }) == "invalid");
    CHECK(code_of([&] { begin_checkout(it.home.tools, it.home.owner, "gold"); }) == "invalid");
    const auto hint = [&](const std::string& plan) {
        try {
            begin_checkout(it.home.tools, it.home.owner, plan);
        } catch (const Error& error) {
            return error.hint();
        }
        return std::string();
    };
    CHECK(hint("free").find("caas billing cancel") != std::string::npos);
    CHECK(hint("gold") == "Plans that can be bought: pro, team");
    it.stripe.with([](StripeWorld& world) { world.prices.clear(); });
    CHECK(code_of([&] {
              begin_checkout(it.home.tools, it.home.owner, "pro");
          }) == "platform_refused");
}

TEST_CASE("where no plans are sold, all of it says so") {
    fake::Home home;
    CHECK(code_of([&] { begin_checkout(home.tools, home.owner, "pro"); }) == "invalid");
    CHECK(code_of([&] { begin_portal(home.tools, home.owner); }) == "invalid");
    CHECK(code_of([&] { sync_organization(home.tools, home.owner.organization); }) == "invalid");
    CHECK_FALSE(keep_billing(home.tools).again.has_value());
}

TEST_CASE("each period that is paid gives its tokens once") {
    Rig it;
    it.buy("pro");
    it.pass(month + 2h);
    CHECK(it.grants() == Texts{"invoice 5000", "invoice 5000"});
    it.pass(month);
    CHECK(it.grants() == Texts{"invoice 5000", "invoice 5000", "invoice 5000"});
    CHECK(it.in_force() == "pro");
    CHECK(it.charged() == 3 * 2900);
}

TEST_CASE("a renewal that is not paid leaves the plan for its grace, and a share of its tokens") {
    Rig it;
    it.buy("pro");
    it.set_card(StripeCard::declines);
    it.pass(month);

    CHECK(it.plan().standing == Standing::past_due);
    CHECK(it.in_force() == "pro");
    CHECK(*it.plan().grace_until == *it.plan().period_start + 24h * 7);
    const auto grants = it.grants();
    REQUIRE(grants.size() == 2);
    CHECK(grants[1].starts_with("grace 11"));  // seven days of thirty or so
    CHECK(has(it.subjects(), "A payment failed: USD 29.00"));
    const auto text = it.text_of("A payment failed: USD 29.00");
    CHECK(text.find("tried again by itself on 2026-12-25.") != std::string::npos);
    CHECK(text.find("Your plan holds until 2026-12-29.") != std::string::npos);

    it.set_card(StripeCard::pays);
    it.pass(24h * 4);

    CHECK(it.plan().standing == Standing::active);
    const auto paid = it.grants();
    REQUIRE(paid.size() == 3);
    const auto tokens = [](const std::string& grant) {
        return std::stoi(grant.substr(grant.find(' ')));
    };
    CHECK(tokens(paid[1]) + tokens(paid[2]) == 5000);
    CHECK(it.charged() == 2 * 2900);
}

TEST_CASE("after its grace the plan is gone, and comes back with the payment") {
    Rig it;
    it.buy("pro");
    it.set_card(StripeCard::declines);
    it.pass(month + 24h * 7);
    CHECK(it.plan().standing == Standing::past_due);
    CHECK(it.in_force() == "free");

    it.stripe.with([](StripeWorld& world) { world.pay(world.invoices.back()); });
    it.settle();

    CHECK(it.in_force() == "pro");
}

TEST_CASE("that the grace has ended is told the owners, once and only while it is so") {
    Rig it;
    it.buy("pro");
    it.set_card(StripeCard::declines);
    const auto told = [&] {
        keep_billing(it.home.tools);
        const auto subjects = it.subjects();
        return std::count(
            subjects.begin(), subjects.end(), "Your plan Pro is not paid: Free holds");
    };
    it.pass(month);
    CHECK(told() == 0);
    it.pass(24h * 7);
    CHECK(it.in_force() == "free");
    CHECK(told() == 1);
    CHECK(told() == 1);
    it.stripe.with([](StripeWorld& world) { world.pay(world.invoices.back()); });
    it.settle();
    it.pass(24h);
    CHECK(told() == 1);
}

TEST_CASE("a payment that is not tried again is not said to be") {
    Rig it;
    it.buy("pro");
    it.pass(24h * 10);
    it.set_card(StripeCard::declines);
    const auto asked = change_plan(it.home.tools, it.home.owner, "team", std::nullopt);
    CHECK(asked.is_pending);
    it.settle();
    const auto subjects = it.subjects();
    const auto at = std::find_if(subjects.begin(), subjects.end(), [](const std::string& one) {
        return one.starts_with("A payment failed");
    });
    REQUIRE(at != subjects.end());
    CHECK(it.text_of(*at).find("tried again") == std::string::npos);
    CHECK(it.text_of(*at).find("To pay it:") != std::string::npos);
}

TEST_CASE("who never pays ends as canceled, is told once, and may buy again") {
    Rig it;
    it.buy("pro");
    it.set_card(StripeCard::declines);
    it.pass(month + 24h * 20);

    CHECK(it.plan().standing == Standing::canceled);
    CHECK(it.in_force() == "free");
    const auto subjects = it.subjects();
    CHECK(std::count(subjects.begin(), subjects.end(), "Your plan Pro has ended") == 1);
    CHECK(it.home.count("workspace") == 1);

    it.buy("team");

    CHECK(it.in_force() == "team");
    CHECK(it.grants().back() == "invoice 20000");
}

TEST_CASE("an account at Stripe may leave what is not paid as unpaid") {
    Rig it;
    it.stripe.with([](StripeWorld& world) { world.gives_up_by(sandbox::StripeGivesUp::unpaid); });
    it.buy("pro");
    it.set_card(StripeCard::declines);
    it.pass(month + 24h * 20);
    CHECK(it.plan().standing == Standing::unpaid);
    CHECK(it.in_force() == "free");
    const auto error = thrown_by([&] { begin_checkout(it.home.tools, it.home.owner, "pro"); });
    CHECK(error.code() == Code::conflict);
    CHECK(error.hint().find("portal") != std::string::npos);
}

TEST_CASE("an upgrade costs what its preview says and gives the difference") {
    Rig it;
    it.buy("pro");
    it.pass(24h * 10);
    const auto preview = preview_change(it.home.tools, it.home.owner, "team");
    CHECK(preview.is_now);
    CHECK(preview.amount_due > 4000);
    CHECK(preview.amount_due < 5000);
    it.pass_unheard(5min);

    const auto done = change_plan(it.home.tools, it.home.owner, "team", preview.as_of);

    CHECK_FALSE(done.is_pending);
    CHECK(done.amount_due == preview.amount_due);
    CHECK(it.charged() == 2900 + preview.amount_due);
    CHECK(it.in_force() == "team");
    CHECK(it.grants() == Texts{"invoice 5000", "upgrade 15000"});
    it.settle();
    CHECK(it.grants() == Texts{"invoice 5000", "upgrade 15000"});
    CHECK(code_of([&] {
              change_plan(it.home.tools, it.home.owner, "team", preview.as_of);
          }) == "conflict");
    it.pass(month);
    CHECK(it.grants().back() == "invoice 20000");
    CHECK(it.charged() == 2900 + preview.amount_due + 9900);
}

TEST_CASE("what an upgrade costs is reckoned as of a preview of the last hour, or not at all") {
    Rig it;
    it.buy("pro");
    it.pass(24h * 10);
    const auto change_as_of = [&](Milliseconds from_now) {
        const auto as_of = it.home.clock.now() + from_now;
        return code_of([&] { change_plan(it.home.tools, it.home.owner, "team", as_of); });
    };
    CHECK(change_as_of(24h * 20) == "invalid");
    CHECK(change_as_of(1h) == "invalid");
    CHECK(change_as_of(-61min) == "invalid");
    CHECK(it.in_force() == "pro");
    CHECK(it.charged() == 2900);
    CHECK(change_as_of(-59min) == "fine");
    CHECK(it.in_force() == "team");
}

TEST_CASE("an upgrade that is not paid changes nothing until it is") {
    Rig it;
    it.buy("pro");
    it.pass(24h * 10);
    it.set_card(StripeCard::asks);

    const auto asked = change_plan(it.home.tools, it.home.owner, "team", std::nullopt);

    CHECK(asked.is_pending);
    CHECK(asked.page.starts_with("https://"));
    it.settle();
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
    CHECK(has(it.subjects(), "confirm a payment"));
    CHECK(code_of([&] {
              change_plan(it.home.tools, it.home.owner, "team", std::nullopt);
          }) == "conflict");

    SUBCASE("paid") {
        it.stripe.with([](StripeWorld& world) { world.pay(world.invoices.back()); });
        it.settle();
        CHECK(it.in_force() == "team");
        CHECK(it.grants() == Texts{"invoice 5000", "upgrade 15000"});
    }
    SUBCASE("given up") {
        it.pass(24h);
        CHECK(it.in_force() == "pro");
        CHECK(it.charged() == 2900);
        CHECK(has(it.subjects(), "Your plan was not changed"));
    }
}

TEST_CASE("a plan that ends is kept before it is changed") {
    Rig it;
    it.buy("pro");
    cancel_plan(it.home.tools, it.home.owner);
    for (const auto* plan : {"team", "pro"}) {
        CHECK(code_of([&] { preview_change(it.home.tools, it.home.owner, plan); }) == "conflict");
        const auto error =
            thrown_by([&] { change_plan(it.home.tools, it.home.owner, plan, std::nullopt); });
        CHECK(error.code() == Code::conflict);
        CHECK(error.hint().find("billing resume") != std::string::npos);
    }
    CHECK(it.charged() == 2900);
    keep_plan(it.home.tools, it.home.owner);
    change_plan(it.home.tools, it.home.owner, "team", std::nullopt);
    CHECK(it.in_force() == "team");
}

TEST_CASE("who ordered a smaller plan takes that back before going up") {
    Rig it;
    auto all = it.home.tools.plans().all();
    all.push_back(config::find_plan(all, "team"));
    all.back().id = "studio";
    all.back().lookup_key = "caas_studio_monthly";
    all.back().price_cents = 19900;
    const billing::Plans plans(std::move(all), "free", true);
    it.stripe.with(
        [](StripeWorld& world) { world.add_price("prod_studio", "caas_studio_monthly", 19900); });
    const auto tools =
        it.tools_with(it.home.http, [&]() -> const billing::Plans& { return plans; });
    it.buy("team");
    change_plan(tools, it.home.owner, "pro", std::nullopt);

    const auto error =
        thrown_by([&] { change_plan(tools, it.home.owner, "studio", std::nullopt); });

    CHECK(error.code() == Code::conflict);
    CHECK(error.hint().find("caas billing change team") != std::string::npos);
    CHECK(code_of([&] { preview_change(tools, it.home.owner, "studio"); }) == "conflict");
    CHECK(it.plan().next_plan == "pro");
    CHECK(it.charged() == 9900);
    change_plan(tools, it.home.owner, "team", std::nullopt);
    const auto preview = preview_change(tools, it.home.owner, "studio");
    change_plan(tools, it.home.owner, "studio", preview.as_of);
    CHECK(it.charged() == 9900 + preview.amount_due);
    CHECK(it.plan().plan == "studio");
}

TEST_CASE("a smaller plan holds from the end of the period on") {
    Rig it;
    it.buy("team");
    it.pass(24h * 10);

    const auto change = change_plan(it.home.tools, it.home.owner, "pro", std::nullopt);

    CHECK_FALSE(change.is_now);
    CHECK(*change.at == *it.plan().period_end);
    it.settle();
    CHECK(it.in_force() == "team");
    CHECK(it.plan().next_plan == "pro");
    CHECK(it.charged() == 9900);

    SUBCASE("and is what is charged then") {
        it.pass(month);
        CHECK(it.in_force() == "pro");
        CHECK_FALSE(it.plan().next_plan.has_value());
        CHECK(it.grants() == Texts{"invoice 20000", "invoice 5000"});
        CHECK(it.charged() == 9900 + 2900);
    }
    SUBCASE("unless it is taken back, which costs nothing") {
        change_plan(it.home.tools, it.home.owner, "team", std::nullopt);
        it.settle();
        CHECK_FALSE(it.plan().next_plan.has_value());
        CHECK(it.charged() == 9900);
        it.pass(month);
        CHECK(it.in_force() == "team");
        CHECK(it.charged() == 2 * 9900);
    }
}

TEST_CASE("a plan that is canceled holds to the end of its period, and may be kept until then") {
    Rig it;
    it.buy("pro");
    cancel_plan(it.home.tools, it.home.owner);
    it.settle();
    CHECK(it.plan().cancel_at_period_end);
    CHECK(it.in_force() == "pro");
    CHECK(code_of([&] { cancel_plan(it.home.tools, it.home.owner); }) == "conflict");

    SUBCASE("kept") {
        keep_plan(it.home.tools, it.home.owner);
        CHECK_FALSE(it.plan().cancel_at_period_end);
        it.pass(month);
        CHECK(it.in_force() == "pro");
        CHECK(it.charged() == 2 * 2900);
    }
    SUBCASE("ended") {
        it.pass(month);
        CHECK(it.plan().standing == Standing::canceled);
        CHECK(it.in_force() == "free");
        CHECK(it.charged() == 2900);
        CHECK(code_of([&] { keep_plan(it.home.tools, it.home.owner); }) == "conflict");
        it.buy("pro");
        CHECK(it.in_force() == "pro");
        CHECK(it.grants() == Texts{"invoice 5000", "invoice 5000"});
    }
}

TEST_CASE("the portal may show an end by its date alone, and it is undone all the same") {
    Rig it;
    it.buy("pro");
    it.stripe.with([](StripeWorld& world) {
        auto& subscription = world.subscriptions.back();
        world.set_ending(subscription, false, subscription.period_end);
    });
    it.settle();
    CHECK(it.plan().cancel_at_period_end);

    keep_plan(it.home.tools, it.home.owner);

    CHECK_FALSE(it.plan().cancel_at_period_end);
}

TEST_CASE("a trial gives the plan and its tokens, warns of its end, and is had once") {
    Rig it(Variables{{"CAAS_STRIPE_TRIAL_DAYS", "14"}});
    const auto page = begin_checkout(it.home.tools, it.home.owner, "pro");
    REQUIRE(it.pay_page(page.id, StripeCard::none));
    it.settle();
    CHECK(it.plan().standing == Standing::trialing);
    CHECK(it.in_force() == "pro");
    CHECK(it.charged() == 0);
    CHECK(it.grants() == Texts{"invoice 5000"});

    it.pass(24h * 12);
    CHECK(has(it.subjects(), "Your trial of Pro ends on"));
    it.pass(24h * 3);
    CHECK(it.plan().standing == Standing::canceled);
    CHECK(it.in_force() == "free");

    REQUIRE(it.pay_page(begin_checkout(it.home.tools, it.home.owner, "pro").id));
    it.settle();
    CHECK(it.plan().standing == Standing::active);
    CHECK(it.charged() == 2900);
}

TEST_CASE("a paused plan gives nothing until it goes on") {
    Rig it;
    it.buy("pro");
    it.stripe.with([](StripeWorld& world) { world.pause(world.subscriptions.back()); });
    it.settle();
    CHECK(it.plan().standing == Standing::paused);
    CHECK(it.in_force() == "free");

    keep_plan(it.home.tools, it.home.owner);
    it.settle();

    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000", "invoice 5000"});
    CHECK(it.charged() == 2 * 2900);
}

TEST_CASE("refunds and disputes are told once and take nothing away") {
    Rig it;
    it.buy("pro");
    it.stripe.with([](StripeWorld& world) {
        world.refund(world.charges.back(), 1000);
        world.dispute(world.charges.back());
    });
    it.settle();
    for (const auto& event : it.stripe.events())
        it.deliver(event);
    it.work();

    const auto subjects = it.subjects();
    CHECK(std::count(subjects.begin(), subjects.end(), "You got money back: USD 10.00") == 1);
    CHECK(std::count(subjects.begin(), subjects.end(), "A payment is disputed: USD 29.00") == 1);
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
}

TEST_CASE("a bank that says later whether it pays") {
    Rig it;
    const auto page = begin_checkout(it.home.tools, it.home.owner, "pro");
    it.stripe.with([&](StripeWorld& world) {
        world.complete(*world.find_session(page.id), StripeCard::pays, true);
    });
    it.settle();
    CHECK(it.plan().standing == Standing::incomplete);
    CHECK(it.in_force() == "free");
    const auto end = [&](bool is_paid) {
        it.stripe.with(
            [&](StripeWorld& world) { world.settle_slow(*world.find_session(page.id), is_paid); });
        it.settle();
    };
    SUBCASE("it pays") {
        end(true);
        CHECK(it.in_force() == "pro");
        CHECK(it.grants() == Texts{"invoice 5000"});
    }
    SUBCASE("it does not") {
        end(false);
        CHECK(it.plan().standing == Standing::none);
        CHECK(it.grants().empty());
        CHECK(has(it.subjects(), "Your payment did not go through"));
    }
}

TEST_CASE("a customer who was deleted at Stripe has no plan, and is made anew") {
    Rig it;
    it.buy("pro");
    it.stripe.with([](StripeWorld& world) { world.delete_customer(world.customers.back()); });
    it.settle();
    CHECK(it.plan().standing == Standing::canceled);
    CHECK(it.in_force() == "free");

    it.buy("team");

    CHECK(it.in_force() == "team");
    CHECK(it.home.count("stripe_customer") == 2);
}

TEST_CASE("who bought at an old price keeps the plan when its key moves to a new one") {
    Rig it;
    it.buy("pro");
    it.stripe.with([](StripeWorld& world) { world.replace_price("caas_pro_monthly", 3900); });
    it.pass(month + 2h);
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000", "invoice 5000"});
    CHECK(it.charged() == 2 * 2900);
}

TEST_CASE("what is paid for at a price nobody knows yet is worked on again, and nothing is lost") {
    Rig it;
    const auto rename = [&](const std::string& key) {
        it.stripe.with([&](StripeWorld& world) {
            for (auto& price : world.prices) {
                if (price.id == it.pro)
                    price.lookup_key = key;
            }
        });
    };
    const auto page = begin_checkout(it.home.tools, it.home.owner, "pro");
    REQUIRE(it.pay_page(page.id));
    rename("of_another_time");
    it.deliver();
    CHECK(it.work().failed > 0);
    CHECK(it.in_force() == "free");
    CHECK(it.home.count("stripe_invoice") == 0);
    const auto words = thrown_by([&] { it.sync(); });
    CHECK(words.code() == Code::invalid);
    CHECK(std::string(words.what()).find("sells no plan") != std::string::npos);

    rename("caas_pro_monthly");
    it.home.clock.advance(1min);

    CHECK(it.work().failed == 0);
    CHECK(it.in_force() == "pro");
    CHECK(it.grants() == Texts{"invoice 5000"});
}

TEST_CASE("going up and down and up again gives no more than the greater plan") {
    Rig it;
    it.buy("pro");
    for (int i = 0; i < 3; ++i) {
        it.pass(24h);
        it.stripe.with([&](StripeWorld& world) {
            auto& subscription = world.subscriptions.back();
            world.change_price(
                subscription, it.team, "always_invoice", "allow_incomplete", world.now());
            world.change_price(
                subscription, it.pro, "always_invoice", "allow_incomplete", world.now());
        });
        it.settle();
    }
    CHECK(it.grants() == Texts{"invoice 5000", "upgrade 15000"});
}

TEST_CASE("two subscriptions at once are told of, and the greater one counts") {
    Rig it;
    it.buy("pro");
    it.stripe.with([&](StripeWorld& world) {
        auto session = world.sessions.back();
        session.status = "open";
        session.price = it.team;
        session.subscription.clear();
        world.complete(world.add_session(session), StripeCard::pays);
    });
    it.settle();
    CHECK(it.in_force() == "team");
    CHECK(has(it.subjects(), "You pay for two plans"));
}

TEST_CASE("the portal needs a customer, and its configuration is made once") {
    Rig it;
    CHECK(code_of([&] { begin_portal(it.home.tools, it.home.owner); }) == "conflict");
    it.buy("pro");
    const auto one = begin_portal(it.home.tools, it.home.owner);
    const auto two = begin_portal(it.home.tools, it.home.owner);
    CHECK(one.url.starts_with("https://"));
    CHECK(two.id != one.id);
    const auto asked = it.stripe.asked();
    CHECK(std::count_if(asked.begin(), asked.end(), [](const std::string& line) {
              return line.starts_with("POST /v1/billing_portal/configurations");
          }) == 1);
}

TEST_CASE("a configuration of the portal that is gone at Stripe is made anew") {
    Rig it;
    it.buy("pro");
    begin_portal(it.home.tools, it.home.owner);
    it.stripe.with([](StripeWorld& world) { world.configurations.clear(); });

    CHECK(begin_portal(it.home.tools, it.home.owner).url.starts_with("https://"));
    CHECK(begin_portal(it.home.tools, it.home.owner).url.starts_with("https://"));

    CHECK(it.asked("POST /v1/billing_portal/configurations") == 2);
}

TEST_CASE("a configuration that the operator chose is the operator's matter") {
    Rig it(Variables{{"CAAS_STRIPE_PORTAL_CONFIGURATION", "bpc_gone"}});
    it.buy("pro");
    CHECK(code_of([&] { begin_portal(it.home.tools, it.home.owner); }) == "platform_refused");
    CHECK(it.asked("POST /v1/billing_portal/configurations") == 0);
}

TEST_CASE("a customer whom Stripe does not know any more is made anew") {
    Rig it;
    begin_checkout(it.home.tools, it.home.owner, "pro");
    it.stripe.with([](StripeWorld& world) {
        world.customers.clear();
        world.sessions.clear();
    });

    it.buy("pro");

    CHECK(it.in_force() == "pro");
    CHECK(it.home.count("stripe_customer") == 2);
}

}  // namespace
}  // namespace caas::flow
