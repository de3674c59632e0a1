#include "core/flow/subscribe.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/billing/subscription.h"
#include "core/flow/subscribe_stripe.h"

namespace caas::flow {
namespace {

namespace stripe = billing::stripe;
using access::Principal;
using billing::Bought;
using billing::Customer;

constexpr std::string_view portal_setting = "portal_configuration";

std::string page_of(const Tools& tools, std::string_view query) {
    auto base = tools.settings.text("http.public_url");
    if (base.empty())
        base = "http://" + tools.settings.text("http.listen");
    return net::join(base, "/app/billing") + std::string(query);
}

const config::Plan& plan_for_sale(const Tools& tools, const std::string& id) {
    const auto& plans = tools.plans();
    const auto* plan = plans.find(id);
    if (plan != nullptr && !plan->lookup_key.empty())
        return *plan;
    std::string names;
    for (const auto& one : plans.all()) {
        if (!one.lookup_key.empty())
            names += (names.empty() ? "" : ", ") + one.id;
    }
    throw Error(
        Code::invalid,
        plan == nullptr ? "There is no plan `" + id.substr(0, 40) + "`"
                        : "The plan " + plan->title + " is not sold",
        "Plans that can be bought: " + names,
        {{"/plan", "plan.unknown", "is none of " + names}});
}

stripe::Price price_of(const stripe::Client& client, const config::Plan& plan) {
    auto price = stripe::find_price(client, plan.lookup_key);
    if (!price)
        throw Error(
            Code::platform_refused,
            "There is no price for " + plan.title + " at Stripe",
            "The operator gives an active price there the lookup key " + plan.lookup_key + ".");
    return *std::move(price);
}

void record(
    const Tools& tools, const Principal& principal, std::string_view action, const Json& detail) {
    tools.store.write([&](store::Transaction& transaction) {
        access::record(
            transaction,
            tools.clock.now(),
            access::actor_of(principal),
            principal.organization.text(),
            {action, principal.organization.text()},
            detail);
    });
}

std::optional<Customer> customer_of(
    const Tools& tools, const stripe::Client& client, const Principal& principal) {
    return tools.store.read([&](store::Reader& reader) {
        return billing::find_customer(reader, principal.organization, client.is_live());
    });
}

// The one there is, or a new one, which is the same however often it is asked for.
Customer need_customer(
    const Tools& tools, const stripe::Client& client, const Principal& principal) {
    if (auto known = customer_of(tools, client, principal)) {
        if (!stripe::get_customer(client, known->id).is_deleted)
            return *std::move(known);
        apply_deletion(tools, client, *known, tools.clock.now());
    }
    stripe::CustomerWish wish;
    wish.organization = principal.organization.text();
    tools.store.read([&](store::Reader& reader) {
        wish.name = access::find_organization(reader, principal.organization)->name;
        const auto owners = billing::owners_of(reader, principal.organization);
        wish.email = owners.empty() ? "" : owners.front().email;
    });
    const auto made = stripe::read_customer(
        send_order(tools, client, wish.organization, stripe::create_customer(wish)));
    tools.store.write([&](store::Transaction& transaction) {
        billing::add_customer(
            transaction,
            made.id,
            principal.organization,
            client.is_live(),
            tools.clock.now());
    });
    return *customer_of(tools, client, principal);
}

// What was bought, as Stripe has it at this moment.
struct Present {
    std::vector<Bought> bought;
    std::vector<billing::PaidInvoice> paid;
};

Present present_of(const Tools& tools, const stripe::Client& client, const Customer& customer) {
    apply_subscriptions(tools, client, customer);
    return tools.store.read([&](store::Reader& reader) {
        return Present{
            billing::list_bought(reader, customer.id), billing::list_paid(reader, customer.id)};
    });
}

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
            billing::foremost(tools.plans(), present.bought, grace, now);
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

// Pages that may still be paid on are closed before there is another one, so that nobody pays
// twice. Gives the one that is open for the very same.
std::optional<StripePage> close_others(
    const Tools& tools,
    const stripe::Client& client,
    const Customer& customer,
    const config::Plan& plan,
    const stripe::Price& price) {
    while (true) {
        const auto open = tools.store.read([&](store::Reader& reader) {
            return billing::find_open_checkout(reader, customer.id);
        });
        if (!open)
            return std::nullopt;
        auto session = stripe::get_checkout(client, open->id);
        if (session.status == "open") {
            if (open->plan == plan.id && open->price == price.id)
                return StripePage{session.id, session.url, session.expires_at};
            try {
                session = stripe::read_session(send_order(
                    tools, client, customer.organization.text(), stripe::expire_checkout(open->id)));
            } catch (const stripe::CallError& error) {
                // It was paid on, or ran out, at this very moment.
                if (error.code() != Code::platform_refused)
                    throw;
                session = stripe::get_checkout(client, open->id);
                if (session.status == "open")
                    throw;
            }
        }
        tools.store.write([&](store::Transaction& transaction) {
            billing::close_checkout(
                transaction, open->id, session.status == "complete" ? "complete" : "expired");
        });
    }
}

// Nothing that is alive may be there; what was never paid is ended.
void require_nothing_bought(
    const Tools& tools, const stripe::Client& client, const Customer& customer) {
    for (const auto& one : present_of(tools, client, customer).bought) {
        if (!one.is_alive())
            continue;
        if (one.status == "incomplete") {
            stripe::cancel_now(client, one.id);
            continue;
        }
        const auto& title = tools.plans().get(one.plan).title;
        throw Error(
            Code::conflict,
            "The organization has the plan " + title + " already (" + one.status + ")",
            one.status == "unpaid" || one.status == "past_due"
                ? "Pay what is open: caas billing portal"
                : "To have another one: caas billing change PLAN");
    }
}

bool is_first_time(const Tools& tools, const Customer& customer) {
    return tools.store.read([&](store::Reader& reader) {
        const auto all =
            billing::customers_of(reader, customer.organization, customer.is_live);
        return std::all_of(all.begin(), all.end(), [&](const Customer& one) {
            const auto bought = billing::list_bought(reader, one.id);
            return std::all_of(bought.begin(), bought.end(), [](const Bought& it) {
                return it.status == "incomplete" || it.status == "incomplete_expired";
            });
        });
    });
}

std::string configuration_of(const Tools& tools, const stripe::Client& client) {
    auto set = tools.settings.text("stripe.portal_configuration");
    if (!set.empty())
        return set;
    const auto name = std::string(portal_setting) + (client.is_live() ? "_live" : "_test");
    auto known = tools.store.read(
        [&](store::Reader& reader) { return billing::find_stripe_setting(reader, name); });
    if (known)
        return *std::move(known);
    const auto made =
        send_order(tools, client, "installation", stripe::create_portal_configuration());
    auto id = json::text_or(made, "id", "");
    tools.store.write([&](store::Transaction& transaction) {
        billing::keep_stripe_setting(transaction, name, id);
    });
    return id;
}

}  // namespace

StripePage begin_checkout(const Tools& tools, const Principal& principal, const std::string& id) {
    const auto client = stripe_client(tools);
    const auto& plan = plan_for_sale(tools, id);
    const auto price = price_of(client, plan);
    const auto customer = need_customer(tools, client, principal);
    auto page = close_others(tools, client, customer, plan, price);
    require_nothing_bought(tools, client, customer);
    if (page)
        return *std::move(page);
    stripe::CheckoutWish wish;
    wish.organization = principal.organization.text();
    wish.customer = customer.id;
    wish.price = price.id;
    wish.plan = plan.id;
    wish.success_url = page_of(tools, "?checkout=done&session_id={CHECKOUT_SESSION_ID}");
    wish.cancel_url = page_of(tools, "?checkout=left");
    if (is_first_time(tools, customer))
        wish.trial_days = tools.settings.integer("stripe.trial_days");
    wish.has_tax = tools.settings.truth("stripe.automatic_tax");
    const auto session = stripe::read_session(
        send_order(tools, client, wish.organization, stripe::create_checkout(wish)));
    const auto now = tools.clock.now();
    tools.store.write([&](store::Transaction& transaction) {
        billing::keep_checkout(
            transaction,
            {session.id,
             customer.id,
             plan.id,
             price.id,
             session.url,
             session.expires_at.value_or(now + std::chrono::hours(24))},
            now);
    });
    record(tools, principal, "billing.checkout", {{"plan", plan.id}, {"session", session.id}});
    return {session.id, session.url, session.expires_at};
}

StripePage begin_portal(const Tools& tools, const Principal& principal) {
    const auto client = stripe_client(tools);
    const auto customer = customer_of(tools, client, principal);
    if (!customer)
        throw Error(
            Code::conflict,
            "There is nothing to show: nothing was ever bought",
            "Buy a plan: caas billing checkout PLAN");
    const auto made = send_order(
        tools,
        client,
        principal.organization.text(),
        stripe::create_portal(
            customer->id, configuration_of(tools, client), page_of(tools, "")));
    record(tools, principal, "billing.portal", nullptr);
    return {json::text_or(made, "id", ""), json::text_or(made, "url", ""), std::nullopt};
}

namespace {

std::int64_t size_of(const Tools& tools, const std::string& plan) {
    const auto* found = tools.plans().find(plan);
    return found == nullptr ? -1 : found->price_cents;
}

// Which of the three ways a change goes.
struct Way {
    PlanChange change;
    bool is_upgrade = false;
    // What is paid for is greater than what is billed next: that is put back first, so that the
    // money for what is paid is reckoned, and nobody pays for it again.
    bool has_to_restore = false;
};

Way way_to(const Tools& tools, const Holding& holding, const std::string& id) {
    const auto& plan = plan_for_sale(tools, id);
    const auto& state = holding.state;
    const auto& title = plan.title;
    if (holding.bought.plan == plan.id && !state.next_plan)
        throw Error(Code::conflict, "The plan is " + title + " already");
    if (holding.bought.plan == plan.id)
        throw Error(
            Code::conflict, title + " is ordered already, for the end of the period");
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
    Way way;
    way.change.plan = plan.id;
    way.is_upgrade = size_of(tools, plan.id) > size_of(tools, state.plan);
    way.has_to_restore = way.is_upgrade && state.next_plan.has_value();
    // The same as is paid for takes back a smaller plan that was ordered: at once, for nothing.
    way.change.is_now = way.is_upgrade || plan.id == state.plan;
    if (!way.change.is_now)
        way.change.at = state.period_end;
    return way;
}

}  // namespace

PlanChange preview_change(
    const Tools& tools, const Principal& principal, const std::string& plan) {
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
    auto holding = need_holding(tools, principal);
    auto way = way_to(tools, holding, plan);
    auto& change = way.change;
    const auto& client = holding.client;
    const auto price = price_of(client, tools.plans().get(plan));
    const auto organization = principal.organization.text();
    stripe::Change wish{holding.bought.id, holding.bought.item, price.id, std::nullopt};
    if (way.has_to_restore) {
        auto back = wish;
        back.price = price_of(client, tools.plans().get(holding.state.plan)).id;
        send_order(tools, client, organization, stripe::change_price(back));
    }
    if (way.is_upgrade)
        wish.as_of = as_of;
    const auto after = stripe::read_subscription(send_order(
        tools,
        client,
        organization,
        way.is_upgrade ? stripe::upgrade(wish) : stripe::change_price(wish)));
    if (way.is_upgrade && !after.latest_invoice.empty()) {
        const auto invoice = stripe::get_invoice(client, after.latest_invoice);
        change.is_pending = after.has_pending_update;
        change.page = change.is_pending ? invoice.page : "";
        change.amount_due = invoice.amount_due;
        change.currency = invoice.currency;
        apply_invoice(tools, client, holding.customer, invoice);
    }
    change.as_of = wish.as_of;
    record(
        tools,
        principal,
        "billing.change",
        {{"from", holding.bought.plan}, {"to", plan}, {"is_now", change.is_now}});
    apply_subscriptions(tools, client, holding.customer);
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
    record(tools, principal, "billing.cancel", {{"plan", holding.bought.plan}});
    apply_subscriptions(tools, holding.client, holding.customer);
}

void keep_plan(const Tools& tools, const Principal& principal) {
    const auto holding = need_holding(tools, principal);
    const auto& bought = holding.bought;
    const bool is_paused = bought.status == "paused";
    if (!bought.is_ending && !is_paused)
        throw Error(Code::conflict, "The plan goes on already");
    const auto there = stripe::get_subscription(holding.client, bought.id);
    send_order(
        tools,
        holding.client,
        principal.organization.text(),
        there.is_ending() ? stripe::keep_going(there) : stripe::resume(bought.id));
    record(tools, principal, "billing.resume", {{"plan", bought.plan}});
    apply_subscriptions(tools, holding.client, holding.customer);
}

bool has_living_subscription(store::Reader& reader, const OrganizationId& organization) {
    for (const bool is_live : {true, false}) {
        for (const auto& customer : billing::customers_of(reader, organization, is_live)) {
            if (customer.is_deleted)
                continue;
            const auto bought = billing::list_bought(reader, customer.id);
            const bool takes_money =
                std::any_of(bought.begin(), bought.end(), [](const Bought& one) {
                    return one.is_alive() && !one.is_ending;
                });
            if (takes_money || billing::find_open_checkout(reader, customer.id))
                return true;
        }
    }
    return false;
}

}  // namespace caas::flow
