#include "core/flow/subscribe_sync.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/billing/event.h"
#include "core/billing/invoice.h"
#include "core/billing/subscription.h"
#include "core/flow/billing_letter.h"
#include "core/flow/subscribe_event.h"

namespace caas::flow {
namespace {

namespace stripe = billing::stripe;
using billing::Customer;

constexpr std::string_view turn = "stripe_sync";
constexpr auto turn_span = std::chrono::minutes(30);
constexpr auto night = std::chrono::hours(3);  // of the day, UTC
// Stripe lists events of 30 days.
constexpr auto most_events = std::chrono::hours(24 * 30);
constexpr auto overlap = std::chrono::hours(24 * 3);  // as long as it tries to deliver one

Instant next_night(Instant now) {
    const auto today = std::chrono::floor<std::chrono::days>(now) + night;
    return Instant(today > now ? today : today + std::chrono::days(1));
}

// For a handler: what comparing one customer failed with is told, and the others are looked at all
// the same; unless nothing would go better with them, then it is thrown on.
void note_failure(
    const Tools& tools,
    const OrganizationId& organization,
    const std::string& what,
    const Error& error,
    Synced& out) {
    if (error.code() == Code::canceled || error.code() == Code::platform_unavailable)
        throw;
    tools.log.write(Level::error, "billing.not_compared", {{"what", what}, {"why", error.what()}});
    out.differences.push_back({organization, what, "not compared", error.what()});
}

void sync_invoice(
    const Tools& tools,
    const stripe::Client& client,
    const Customer& customer,
    const std::string& id,
    std::vector<Difference>& found) {
    const bool is_known =
        tools.store.read([&](store::Reader& reader) { return billing::is_paid(reader, id); });
    if (is_known)
        return;
    const auto invoice = stripe::get_invoice(client, id);
    if (apply_invoice(tools, client, customer, invoice))
        found.push_back({customer.organization, "invoice " + id, "", "paid"});
}

void sync_checkout(const Tools& tools, const stripe::Client& client, const Customer& customer) {
    const auto open = tools.store.read(
        [&](store::Reader& reader) { return billing::find_open_checkout(reader, customer.id); });
    if (!open)
        return;
    const auto session = stripe::get_checkout(client, open->id);
    if (session.status != "open")
        tools.store.write([&](store::Transaction& transaction) {
            billing::close_checkout(
                transaction, open->id, session.status == "complete" ? "complete" : "expired");
        });
}

// Invoices first: what the plan is follows from both.
void sync_customer(
    const Tools& tools, const stripe::Client& client, const Customer& customer, Synced& out) {
    ++out.customers;
    if (stripe::get_customer(client, customer.id).is_deleted) {
        out.differences.push_back(
            {customer.organization, "customer " + customer.id, "known", "deleted"});
        apply_deletion(tools, client, customer, tools.clock.now());
        return;
    }
    for (const auto& id : stripe::list_paid_invoices(client, customer.id))
        sync_invoice(tools, client, customer, id, out.differences);
    apply_subscriptions(tools, client, customer, &out.differences);
    sync_checkout(tools, client, customer);
}

// One that cannot be compared must not keep the others from being looked at.
void sync_one(
    const Tools& tools, const stripe::Client& client, const Customer& customer, Synced& out) {
    const auto what = "customer " + customer.id;
    try {
        sync_customer(tools, client, customer, out);
    } catch (const stripe::CallError& error) {
        if (!error.refusal().is_missing()) {
            note_failure(tools, customer.organization, what, error, out);
            return;
        }
        out.differences.push_back({customer.organization, what, "known", "unknown"});
    } catch (const Error& error) {
        note_failure(tools, customer.organization, what, error, out);
    }
}

// Customers of which nothing at all is known are found by their subscriptions. What goes on taking
// money for an organization that is gone must be seen by somebody.
void adopt_unknown(const Tools& tools, const stripe::Client& client, Synced& out) {
    std::map<std::string, bool> seen;  // by customer: whether it is known
    for (const auto& one : stripe::list_subscriptions(client, "")) {
        if (one.organization.empty())
            continue;
        auto at = seen.find(one.customer);
        if (at == seen.end()) {
            at = seen.emplace(one.customer, true).first;
            try {
                at->second = known_customer(tools, client, one.customer).has_value();
            } catch (const Error& error) {
                note_failure(
                    tools,
                    OrganizationId(one.organization),
                    "customer " + one.customer,
                    error,
                    out);
            }
        }
        if (at->second || one.status == "canceled" || one.status == "incomplete_expired")
            continue;
        out.differences.push_back(
            {OrganizationId(one.organization), "subscription " + one.id, "", one.status});
        tools.log.write(
            Level::error,
            "billing.subscription_of_nobody",
            {{"subscription", one.id}, {"organization", one.organization}});
    }
}

Instant events_since(const Tools& tools) {
    const auto now = tools.clock.now();
    const auto last =
        tools.store.read([](store::Reader& reader) { return billing::find_turn(reader, turn); });
    // What was done later than now was done by a clock that was ahead.
    const bool is_known = last && last->done_at && *last->done_at <= now;
    const auto since = is_known ? *last->done_at - overlap : now - most_events;
    return std::max(since, now - most_events);
}

// What Stripe has and never arrived here.
std::int64_t fetch_missed_events(const Tools& tools, const stripe::Client& client) {
    std::int64_t missed = 0;
    stripe::list_events(client, billing::event_types(), events_since(tools), [&](const Json& json) {
        const auto event = stripe::read_event(json);
        if (!event)
            return;
        const auto reception = tools.store.write([&](store::Transaction& transaction) {
            return billing::receive(
                transaction, *event, json::dump(json), client.is_live(), tools.clock.now());
        });
        missed += reception == billing::Reception::accepted ? 1 : 0;
    });
    return missed;
}

// A grace ends by itself, and nothing comes from Stripe then. True when somebody was written to.
bool tell_of_ended_graces(const Tools& tools) {
    const auto& plans = tools.plans();
    const auto now = tools.clock.now();
    const auto ended = tools.store.read(
        [&](store::Reader& reader) { return billing::list_ended_graces(reader, now); });
    bool has_told = false;
    for (const auto& organization : ended) {
        const bool is_told = tools.store.write([&](store::Transaction& transaction) {
            const auto state = billing::plan_of(plans, transaction, organization, now);
            const auto* plan = plans.find(state.plan);
            // Meanwhile it may have been paid.
            if (!billing::has_ended_grace(state, now) || plan == nullptr)
                return false;
            return tell_owners(
                tools,
                transaction,
                organization,
                grace_end_letter(plan->title, plans.unpaid().title),
                std::to_string(to_ms(*state.grace_until)));
        });
        has_told = has_told || is_told;
    }
    return has_told;
}

}  // namespace

Synced sync_organization(const Tools& tools, const OrganizationId& organization) {
    const auto client = stripe_client(tools);
    Synced out;
    const auto customer = tools.store.read([&](store::Reader& reader) {
        return billing::find_customer(reader, organization, client.is_live());
    });
    if (customer)
        sync_customer(tools, client, *customer, out);
    return out;
}

Synced sync_everything(const Tools& tools, const std::stop_token& stop) {
    auto client = stripe_client(tools);
    client.stop_with(stop);
    Synced out;
    out.missed_events = fetch_missed_events(tools, client);
    tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        billing::revive_events(transaction, now);
        billing::forget_events(transaction, now);
        billing::forget_checkouts(transaction, now);
        billing::forget_told(transaction, now);
    });
    work_on_events(tools, stop);
    adopt_unknown(tools, client, out);
    const auto customers = tools.store.read(
        [&](store::Reader& reader) { return billing::list_customers(reader, client.is_live()); });
    for (const auto& customer : customers) {
        if (stop.stop_requested())
            throw Error(Code::canceled, "Stopped while comparing with Stripe");
        // Meanwhile its organization may have been deleted.
        const auto present = tools.store.read(
            [&](store::Reader& reader) { return billing::find_customer(reader, customer.id); });
        if (present)
            sync_one(tools, client, *present, out);
    }
    return out;
}

KeptBilling keep_billing(const Tools& tools, const std::stop_token& stop) {
    KeptBilling out;
    if (!sells_plans(tools))
        return out;
    const auto worked = work_on_events(tools, stop);
    const bool has_told = tell_of_ended_graces(tools);
    const auto now = tools.clock.now();
    const bool is_mine = tools.store.write([&](store::Transaction& transaction) {
        return billing::take_turn(transaction, turn, next_night(now), now + turn_span, now);
    });
    if (is_mine) {
        const auto synced = sync_everything(tools, stop);
        const auto ended = tools.clock.now();
        tools.store.write([&](store::Transaction& transaction) {
            billing::end_turn(transaction, turn, next_night(ended), ended);
        });
        tools.log.write(
            synced.differences.empty() ? Level::info : Level::warn,
            "billing.synced",
            {{"customers", std::to_string(synced.customers)},
             {"missed_events", std::to_string(synced.missed_events)},
             {"differences", std::to_string(synced.differences.size())}});
    }
    const auto due =
        tools.store.read([](store::Reader& reader) { return billing::find_turn(reader, turn); });
    auto again = due ? due->due_at : now + turn_span;
    if (worked.again)
        again = std::min(again, *worked.again);
    // Events may also have come by another daemon, or have been left by one that died.
    out.again = std::min(again, Instant(now + std::chrono::minutes(1)));
    out.has_worked = is_mine || has_told || worked.settled > 0;
    return out;
}

}  // namespace caas::flow
