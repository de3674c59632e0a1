#include "core/billing/subscription.h"

#include <algorithm>
#include <tuple>

namespace caas::billing {
namespace {

Bought read_row(const store::Row& row) {
    Bought out;
    out.id = row.text(0);
    out.customer = row.text(1);
    out.status = row.text(2);
    out.plan = row.text(3);
    out.item = row.text(4);
    out.price = row.text(5);
    out.period_start = row.instant(6);
    out.period_end = row.instant(7);
    out.cancel_at = row.maybe_instant(8);
    out.is_ending = row.truth(9);
    out.has_pending_update = row.truth(10);
    out.trial_end = row.maybe_instant(11);
    out.latest_invoice = row.text(12);
    out.created_at = row.instant(13);
    out.ended_at = row.maybe_instant(14);
    return out;
}

Standing standing_by(std::string_view status) {
    // What was never paid in its 23 hours was never bought.
    return standing_of(status).value_or(Standing::none);
}

bool is_for_present(const Bought& bought, const PaidInvoice& paid) {
    return paid.subscription == bought.id && paid.plan_after && paid.kind != Paid::nothing &&
           paid.period_end > bought.period_start && paid.period_end <= bought.period_end;
}

// What paid the present period as a whole.
const PaidInvoice* period_paid(const Bought& bought, std::span<const PaidInvoice> paid) {
    const auto at = std::find_if(paid.begin(), paid.end(), [&](const PaidInvoice& one) {
        // One that began before is a trial that was cut short.
        return one.kind == Paid::period && is_for_present(bought, one) &&
               one.period_start >= bought.period_start;
    });
    return at == paid.end() ? nullptr : &*at;
}

// Where the period itself is paid, as when a change in it is not, the next one is the first that
// may be owed.
Instant grace_of(const Bought& bought, std::span<const PaidInvoice> paid, std::chrono::days grace) {
    const auto* whole = period_paid(bought, paid);
    return (whole == nullptr ? bought.period_start : whole->period_end) + grace;
}

bool gives(
    const Bought& bought, std::span<const PaidInvoice> paid, std::chrono::days grace, Instant now) {
    const auto standing = standing_by(bought.status);
    return standing == Standing::trialing || standing == Standing::active ||
           (standing == Standing::past_due && now < grace_of(bought, paid, grace));
}

// Of what was paid for the present period, the greatest.
const PaidInvoice* paid_for(
    const Plans& plans, const Bought& bought, std::span<const PaidInvoice> paid) {
    const PaidInvoice* out = nullptr;
    for (const auto& one : paid) {
        if (is_for_present(bought, one) &&
            (out == nullptr || plans.size_of(*one.plan_after) > plans.size_of(*out->plan_after)))
            out = &one;
    }
    return out;
}

// Whether what was paid for the period holds in place of what is billed next: a smaller plan begins
// with the next period, and a greater one that is not paid yet is not had.
bool holds_instead(
    const Plans& plans,
    const Bought& bought,
    const PaidInvoice& covering,
    std::span<const PaidInvoice> paid) {
    const auto covered = plans.size_of(*covering.plan_after);
    const auto billed = plans.size_of(bought.plan);
    return covered > billed ||
           (covered < billed && bought.status == "past_due" &&
            period_paid(bought, paid) != nullptr && plans.find(*covering.plan_after) != nullptr);
}

}  // namespace

std::vector<Bought> list_bought(store::Reader& reader, std::string_view customer) {
    std::vector<Bought> out;
    const auto rows = reader.query(
        R"sql(
SELECT id, customer_id, status, plan, item_id, price_id, period_start, period_end, cancel_at,
    is_ending, has_pending_update, trial_end, latest_invoice, created_at, ended_at
FROM stripe_subscription
WHERE customer_id = $1
ORDER BY created_at, id)sql",
        {customer});
    for (const auto& row : rows)
        out.push_back(read_row(row));
    return out;
}

void keep_bought(store::Transaction& transaction, const Bought& bought) {
    transaction.execute(
        R"sql(
INSERT INTO stripe_subscription (id, customer_id, status, plan, item_id, price_id, period_start,
    period_end, cancel_at, is_ending, has_pending_update, trial_end, latest_invoice, created_at,
    ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (id) DO UPDATE
SET status = $3, plan = $4, item_id = $5, price_id = $6, period_start = $7, period_end = $8,
    cancel_at = $9, is_ending = $10, has_pending_update = $11, trial_end = $12,
    latest_invoice = $13, created_at = $14, ended_at = $15)sql",
        {bought.id,
         bought.customer,
         bought.status,
         bought.plan,
         bought.item,
         bought.price,
         bought.period_start,
         bought.period_end,
         bought.cancel_at,
         bought.is_ending,
         bought.has_pending_update,
         bought.trial_end,
         bought.latest_invoice,
         bought.created_at,
         bought.ended_at});
}

std::optional<std::string> plan_of_price(
    const Plans& plans, store::Reader& reader, const stripe::Price& price) {
    if (const auto* plan = plans.find_by_lookup_key(price.lookup_key))
        return plan->id;
    const auto rows = reader.query(
        R"sql(
SELECT plan
FROM stripe_price
WHERE id = $1)sql",
        {price.id});
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

void keep_price(store::Transaction& transaction, std::string_view price, std::string_view plan) {
    transaction.execute(
        R"sql(
INSERT INTO stripe_price (id, plan)
VALUES ($1, $2)
ON CONFLICT (id) DO NOTHING)sql",
        {price, plan});
}

std::optional<Bought> read_bought(
    const Plans& plans, store::Reader& reader, const stripe::Subscription& subscription) {
    for (const auto& item : subscription.items) {
        const auto plan = plan_of_price(plans, reader, item.price);
        if (!plan)
            continue;
        Bought out;
        out.id = subscription.id;
        out.customer = subscription.customer;
        out.status = subscription.status;
        out.plan = *plan;
        out.item = item.id;
        out.price = item.price.id;
        out.period_start = item.period_start.value_or(subscription.created_at);
        out.period_end = item.period_end.value_or(out.period_start);
        out.cancel_at = subscription.cancel_at;
        out.is_ending = subscription.is_ending();
        out.has_pending_update = subscription.has_pending_update;
        out.trial_end = subscription.trial_end;
        out.latest_invoice = subscription.latest_invoice;
        out.created_at = subscription.created_at;
        out.ended_at = subscription.ended_at;
        return out;
    }
    return std::nullopt;
}

bool has_paid_period(const Bought& bought, std::span<const PaidInvoice> paid) {
    return period_paid(bought, paid) != nullptr;
}

const Bought* foremost(
    const Plans& plans,
    std::span<const Bought> bought,
    std::span<const PaidInvoice> paid,
    std::chrono::days grace,
    Instant now) {
    const auto rank = [&](const Bought& one) {
        const bool is_giving = gives(one, paid, grace, now);
        return std::tuple(
            is_giving,
            standing_by(one.status) != Standing::none,
            one.is_alive(),
            is_giving ? plans.size_of(one.plan) : Plans::Size(),
            one.created_at,
            std::string_view(one.id));
    };
    const Bought* out = nullptr;
    for (const auto& one : bought) {
        if (plans.find(one.plan) != nullptr && (out == nullptr || rank(one) > rank(*out)))
            out = &one;
    }
    return out;
}

PlanState state_of(
    const Plans& plans,
    std::span<const Bought> bought,
    std::span<const PaidInvoice> paid,
    std::chrono::days grace,
    Instant now) {
    PlanState state;
    const auto* best = foremost(plans, bought, paid, grace, now);
    const auto standing = best == nullptr ? Standing::none : standing_by(best->status);
    if (standing == Standing::none) {
        state.plan = plans.unpaid().id;
        state.since = best == nullptr ? now : best->created_at;
        return state;
    }
    state.plan = best->plan;
    state.standing = standing;
    state.since = best->created_at;
    state.period_start = best->period_start;
    state.period_end = best->period_end;
    if (standing == Standing::trialing)
        state.trial_end = best->trial_end;
    if (standing == Standing::past_due)
        state.grace_until = grace_of(*best, paid, grace);
    state.cancel_at_period_end = best->is_ending && best->is_alive();
    const auto* covering = paid_for(plans, *best, paid);
    if (covering != nullptr && best->is_alive() && holds_instead(plans, *best, *covering, paid)) {
        state.next_plan = best->plan;
        state.plan = *covering->plan_after;
    }
    for (const auto& one : paid) {
        if (one.kind == Paid::upgrade && one.subscription == best->id &&
            one.plan_after == state.plan)
            state.since = std::max(state.since, one.created_at);
    }
    return state;
}

}  // namespace caas::billing
