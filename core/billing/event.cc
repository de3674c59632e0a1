#include "core/billing/event.h"

#include <algorithm>
#include <array>

#include "core/base/backoff.h"

namespace caas::billing {
namespace {

constexpr std::array<std::string_view, 19> types{
    "charge.dispute.created",
    "charge.refunded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.pending_update_applied",
    "customer.subscription.pending_update_expired",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "invoice.finalization_failed",
    "invoice.paid",
    "invoice.payment_action_required",
    "invoice.payment_failed",
};
static_assert(std::is_sorted(types.begin(), types.end()), "is_heeded() searches it");
// GET /v1/events takes no more than 20 `types`.
static_assert(types.size() <= 20);

constexpr auto lease = std::chrono::minutes(2);
constexpr auto longest_wait = std::chrono::hours(2);
constexpr Backoff backoff{std::chrono::seconds(10), longest_wait};
constexpr std::int64_t most_tries = 80;  // at an hour on average, about three days
constexpr auto revived = std::chrono::hours(24 * 30);
constexpr auto remembered = std::chrono::hours(24 * 35);

}  // namespace

std::span<const std::string_view> event_types() {
    return types;
}

bool is_heeded(std::string_view type) {
    return std::binary_search(types.begin(), types.end(), type);
}

std::string_view name(Reception reception) {
    switch (reception) {
        case Reception::accepted:
            return "accepted";
        case Reception::duplicate:
            return "duplicate";
        case Reception::ignored:
            return "ignored";
    }
    return "ignored";
}

Reception receive(
    store::Transaction& transaction,
    const stripe::Event& event,
    std::string_view payload,
    bool is_live,
    Instant now) {
    const bool is_ours = event.is_live == is_live;
    const bool is_wanted = is_ours && is_heeded(event.type);
    std::optional<std::string_view> problem;
    if (!is_ours)
        problem = event.is_live ? "of real money, and the key is of test mode"
                                : "of test mode, and the key is of real money";
    const auto added = transaction.execute(
        R"sql(
INSERT INTO stripe_event (id, type, payload, state, tries, due_at, problem, created_at, received_at,
    settled_at)
VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO NOTHING)sql",
        {event.id,
         event.type,
         is_wanted ? payload : std::string_view(),
         is_wanted ? "waiting" : "ignored",
         is_wanted ? std::optional(now) : std::nullopt,
         problem,
         event.created_at,
         now,
         is_wanted ? std::nullopt : std::optional(now)});
    if (added == 0)
        return Reception::duplicate;
    return is_wanted ? Reception::accepted : Reception::ignored;
}

std::vector<WaitingEvent> claim_events(
    store::Transaction& transaction, Instant now, std::int64_t most) {
    std::vector<WaitingEvent> out;
    const auto rows = transaction.query(
        R"sql(
UPDATE stripe_event
SET due_at = $2, tries = tries + 1
WHERE id IN (
    SELECT id FROM stripe_event
    WHERE due_at <= $1 OR due_at > $4
    ORDER BY due_at, id
    LIMIT $3)
  AND (due_at <= $1 OR due_at > $4)
RETURNING id, payload, tries)sql",
        {now, now + lease, most, now + longest_wait});
    for (const auto& row : rows)
        out.push_back({row.text(0), row.text(1), row.integer(2)});
    return out;
}

void settle_event(store::Transaction& transaction, std::string_view id, Instant now) {
    transaction.execute(
        R"sql(
UPDATE stripe_event
SET state = 'done', payload = '', due_at = NULL, problem = NULL, settled_at = $2
WHERE id = $1
  AND state = 'waiting')sql",
        {id, now});
}

bool put_off_event(
    store::Transaction& transaction,
    const WaitingEvent& event,
    std::string_view problem,
    Random& random,
    Instant now) {
    if (event.tries >= most_tries) {
        transaction.execute(
            R"sql(
UPDATE stripe_event
SET state = 'dead', due_at = NULL, problem = $2, settled_at = $3
WHERE id = $1
  AND state = 'waiting')sql",
            {event.id, problem, now});
        return true;
    }
    transaction.execute(
        R"sql(
UPDATE stripe_event
SET due_at = $2, problem = $3
WHERE id = $1
  AND state = 'waiting')sql",
        {event.id, now + backoff.delay(static_cast<int>(event.tries), random), problem});
    return false;
}

std::optional<Instant> next_event(store::Reader& reader, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT
    (SELECT MIN(due_at) FROM stripe_event WHERE due_at IS NOT NULL),
    (SELECT MAX(due_at) FROM stripe_event WHERE due_at IS NOT NULL))sql",
        {});
    const auto last = rows.front().maybe_instant(1);
    if (last && *last > now + longest_wait)
        return std::min(now, *rows.front().maybe_instant(0));
    return rows.front().maybe_instant(0);
}

std::int64_t revive_events(store::Transaction& transaction, Instant now) {
    return transaction.execute(
        R"sql(
UPDATE stripe_event
SET state = 'waiting', due_at = $1, tries = 0, settled_at = NULL
WHERE state = 'dead'
  AND received_at > $2)sql",
        {now, now - revived});
}

void forget_events(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM stripe_event
WHERE settled_at <= $1
  AND state <> 'waiting')sql",
        {now - remembered});
}

EventCounts count_events(store::Reader& reader) {
    EventCounts out;
    const auto rows = reader.query(
        R"sql(
SELECT state, count(*) FROM stripe_event
WHERE state IN ('waiting', 'dead')
GROUP BY state)sql",
        {});
    for (const auto& row : rows)
        (row.view(0) == "dead" ? out.dead : out.waiting) = row.integer(1);
    return out;
}

}  // namespace caas::billing
