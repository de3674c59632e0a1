// Changing a plan that was bought, letting it end, and taking that back.
#include <algorithm>
#include <functional>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/flow/subscribe.h"
#include "core/flow/subscribe_parts.h"

namespace caas::flow {
namespace {

namespace stripe = billing::stripe;
using access::Principal;
using billing::Bought;
using billing::Customer;

// A day chosen freely would make an upgrade cost what the buyer likes.
constexpr auto preview_life = std::chrono::hours(1);

struct Holding {
    stripe::Client client;
    Customer customer;
    Bought bought;
    billing::PlanState state;
};

// The subscription that is to be changed.
Holding need_holding(const Tools& tools, const Principal& principal) {
    auto client = stripe_client(tools);
    const auto customer = customer_of(tools, client, principal);
    if (customer) {
        const auto present = present_of(tools, client, *customer);
        const auto now = tools.clock.now();
        const auto grace = grace_of(tools);
        const auto* best =
            billing::foremost(tools.plans(), present.bought, present.paid, grace, now);
        if (best != nullptr && best->is_alive() && best->status != "incomplete")
            return {
                std::move(client),
                *customer,
                *best,
                billing::state_of(tools.plans(), present.bought, present.paid, grace, now)};
    }
    throw Error(
        Code::conflict,
        "There is no plan to change: nothing is bought",
        "Buy one: caas billing checkout PLAN");
}

void require_fresh(const Tools& tools, Instant as_of) {
    const auto now = tools.clock.now();
    if (as_of > now || as_of < now - preview_life)
        throw Error(
            Code::invalid,
            "The preview is too old",
            "ask for it again",
            {{"/as_of", "preview.stale", "is not of the last hour"}});
}

// Which of the three ways a change goes.
struct Way {
    PlanChange change;
    bool is_upgrade = false;
};

Way way_to(const Tools& tools, const Holding& holding, const std::string& id) {
    const auto& plan = plan_for_sale(tools, id);
    const auto& state = holding.state;
    const auto& title = plan.title;
    if (holding.bought.is_ending)
        throw Error(
            Code::conflict, "The plan ends with its period", "Keep it first: caas billing resume");
    if (holding.bought.plan == plan.id && !state.next_plan)
        throw Error(Code::conflict, "The plan is " + title + " already");
    if (holding.bought.has_pending_update)
        throw Error(
            Code::conflict,
            "Another change waits for its payment",
            "Pay it or let it end within 23 hours: caas billing portal");
    if (state.standing == billing::Standing::unpaid ||
        state.standing == billing::Standing::past_due ||
        state.standing == billing::Standing::paused)
        throw Error(
            Code::conflict,
            "The plan is not paid (" + std::string(billing::name(state.standing)) + ")",
            "Pay what is open first: caas billing portal");
    if (holding.bought.plan == plan.id)
        throw Error(Code::conflict, title + " is ordered already, for the end of the period");
    Way way;
    way.change.plan = plan.id;
    way.is_upgrade = tools.plans().size_of(plan.id) > tools.plans().size_of(state.plan);
    // Money is reckoned by the plan that is billed next: what is paid for would be paid again.
    if (way.is_upgrade && state.next_plan)
        throw Error(
            Code::conflict,
            "A smaller plan is ordered for the end of the period",
            "Take back the smaller plan first: caas billing change " + state.plan);
    // The same as is paid for takes back a smaller plan that was ordered: at once, for nothing.
    way.change.is_now = way.is_upgrade || plan.id == state.plan;
    if (!way.change.is_now)
        way.change.at = state.period_end;
    return way;
}

// What somebody ordered for a subscription.
struct Deed {
    std::string_view action;  // in the audit log
    Json detail;
    std::function<bool(const Bought&)> is_done;
    std::string failure;  // in words for the person
};

// Asks what came of an order that Stripe said yes to: that yes may be of an earlier, equal order,
// and others order too.
void see_done(
    const Tools& tools, const Principal& principal, const Holding& holding, const Deed& deed) {
    const auto note = [&] { record_billing(tools, principal, deed.action, deed.detail); };
    std::vector<Bought> all;
    try {
        all = present_of(tools, holding.client, holding.customer).bought;
    } catch (const Error&) {
        // Who ordered it is not forgotten because nobody can say just now what came of it.
        note();
        throw;
    }
    const auto now = std::find_if(
        all.begin(), all.end(), [&](const Bought& one) { return one.id == holding.bought.id; });
    if (now == all.end() || !deed.is_done(*now))
        throw Error(
            Code::conflict,
            deed.failure,
            "See what holds: caas billing status. Then order it again.");
    note();
}

}  // namespace

PlanChange preview_change(const Tools& tools, const Principal& principal, const std::string& plan) {
    const auto holding = need_holding(tools, principal);
    auto way = way_to(tools, holding, plan);
    auto& change = way.change;
    if (!way.is_upgrade)
        return change;
    const auto price = price_of(holding.client, tools.plans().get(plan));
    change.as_of = std::chrono::floor<std::chrono::seconds>(tools.clock.now());
    const auto invoice = stripe::preview_upgrade(
        holding.client,
        holding.customer.id,
        {holding.bought.id, holding.bought.item, price.id, change.as_of});
    change.amount_due = invoice.amount_due;
    change.currency = invoice.currency;
    return change;
}

PlanChange change_plan(
    const Tools& tools,
    const Principal& principal,
    const std::string& plan,
    std::optional<Instant> as_of) {
    if (as_of)
        require_fresh(tools, *as_of);
    auto holding = need_holding(tools, principal);
    auto way = way_to(tools, holding, plan);
    auto& change = way.change;
    const auto& client = holding.client;
    const auto price = price_of(client, tools.plans().get(plan));
    const auto organization = principal.organization.text();
    stripe::Change wish{holding.bought.id, holding.bought.item, price.id, std::nullopt};
    if (way.is_upgrade)
        wish.as_of = as_of;
    const auto after = stripe::read_subscription(send_order(
        tools,
        client,
        organization,
        way.is_upgrade ? stripe::upgrade(wish) : stripe::change_price(wish)));
    // Without anything to reckon, as in a trial, there is no new one.
    if (way.is_upgrade && after.latest_invoice != holding.bought.latest_invoice) {
        const auto invoice = stripe::get_invoice(client, after.latest_invoice);
        change.is_pending = after.has_pending_update;
        change.page = change.is_pending ? invoice.page : "";
        change.amount_due = invoice.amount_due;
        change.currency = invoice.currency;
        apply_invoice(tools, client, holding.customer, invoice);
    }
    change.as_of = wish.as_of;
    const auto is_done = [&](const Bought& now) {
        return now.plan == plan || (way.is_upgrade && now.has_pending_update);
    };
    see_done(
        tools,
        principal,
        holding,
        {"billing.change",
         {{"from", holding.bought.plan}, {"to", plan}, {"is_now", change.is_now}},
         is_done,
         "The plan was not changed at Stripe"});
    return change;
}

void cancel_plan(const Tools& tools, const Principal& principal) {
    const auto holding = need_holding(tools, principal);
    if (holding.bought.is_ending)
        throw Error(
            Code::conflict,
            "The plan ends with its period already",
            "To keep it: caas billing resume");
    send_order(
        tools,
        holding.client,
        principal.organization.text(),
        stripe::cancel_at_period_end(holding.bought.id));
    see_done(
        tools,
        principal,
        holding,
        {"billing.cancel",
         {{"plan", holding.bought.plan}},
         [](const Bought& now) { return now.is_ending || !now.is_alive(); },
         "The plan goes on at Stripe: that it ends with its period did not take hold"});
}

void keep_plan(const Tools& tools, const Principal& principal) {
    const auto holding = need_holding(tools, principal);
    const auto& bought = holding.bought;
    const bool is_paused = bought.status == "paused";
    if (!bought.is_ending && !is_paused)
        throw Error(Code::conflict, "The plan goes on already");
    const auto there = stripe::get_subscription(holding.client, bought.id);
    const bool was_ending = there.is_ending();
    send_order(
        tools,
        holding.client,
        principal.organization.text(),
        was_ending ? stripe::keep_going(there) : stripe::resume(bought.id));
    // A pause goes on until the invoice that ends it is paid.
    const auto is_done = [&](const Bought& now) {
        return now.is_alive() && !now.is_ending &&
               (was_ending || now.status != "paused" ||
                now.latest_invoice != bought.latest_invoice);
    };
    see_done(
        tools,
        principal,
        holding,
        {"billing.resume",
         {{"plan", bought.plan}},
         is_done,
         was_ending ? "The plan still ends at Stripe: taking that back did not take hold"
                    : "The plan is still paused at Stripe"});
}

}  // namespace caas::flow
