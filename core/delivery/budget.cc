#include "core/delivery/budget.h"

#include <algorithm>
#include <vector>

namespace caas::delivery {
namespace {

constexpr int longest_thread = 100;  // in parts
// What platforms ask for is not believed beyond this where it is heard (net::most_wait).
constexpr Milliseconds longest_closing = std::chrono::hours(24);

struct Bucket {
    Instant full_at{};
    std::optional<Instant> closed_until;
};

void set_full_at(store::Transaction& transaction, const Allowance& allowance, Instant at) {
    transaction.execute(
        R"(UPDATE budget
SET full_at = $3
WHERE name = $1
    AND window_ms = $2)",
        {allowance.name, std::int64_t{allowance.window.count()}, at});
}

void set_closed_until(store::Transaction& transaction, const Allowance& allowance, Instant until) {
    transaction.execute(
        R"(UPDATE budget
SET closed_until = $3
WHERE name = $1
    AND window_ms = $2)",
        {allowance.name, std::int64_t{allowance.window.count()}, until});
}

// What nobody can have said or owe by now, a clock that was ahead wrote down.
void heed_clock(
    store::Transaction& transaction, const Allowance& allowance, Bucket& bucket, Instant now) {
    // Nobody owes more than a long thread costs.
    const auto latest = now + allowance.window + longest_thread * allowance.interval();
    if (bucket.full_at > latest) {
        bucket.full_at = latest;
        set_full_at(transaction, allowance, latest);
    }
    if (bucket.closed_until && *bucket.closed_until > now + longest_closing) {
        bucket.closed_until = now + longest_closing;
        set_closed_until(transaction, allowance, *bucket.closed_until);
    }
}

// Locks the row where several engines write at once: an update that changes nothing.
Bucket take_bucket(store::Transaction& transaction, const Allowance& allowance, Instant now) {
    const auto window = std::int64_t{allowance.window.count()};
    constexpr std::string_view lock = R"(UPDATE budget
SET full_at = full_at
WHERE name = $1
    AND window_ms = $2
RETURNING full_at, closed_until)";
    auto rows = transaction.query(lock, {allowance.name, window});
    if (rows.empty()) {
        transaction.execute(
            R"(INSERT INTO budget (name, window_ms, full_at)
VALUES ($1, $2, $3)
ON CONFLICT (name, window_ms) DO NOTHING)",
            {allowance.name, window, now});
        rows = transaction.query(lock, {allowance.name, window});
    }
    Bucket bucket{rows.at(0).instant(0), rows[0].maybe_instant(1)};
    heed_clock(transaction, allowance, bucket, now);
    return bucket;
}

// When the bucket is full, were nothing taken. Nobody is told to wait for longer than a whole
// window, and asks again then.
Instant full_at(const Allowance& allowance, const Bucket& bucket, Instant now) {
    return std::clamp(bucket.full_at, now, now + allowance.window);
}

std::optional<Shortage> shortage_of(
    const Allowance& allowance, const Bucket& bucket, const Price& price, Instant now) {
    if (bucket.closed_until && *bucket.closed_until > now)
        return Shortage{*bucket.closed_until, true, {}};
    const int wanted = price.has_waited ? 1 : std::min(price.count, allowance.burst());
    const auto free_at =
        full_at(allowance, bucket, now) - (allowance.burst() - wanted) * allowance.interval();
    if (free_at > now)
        return Shortage{free_at, false, allowance.interval()};
    return std::nullopt;
}

}  // namespace

int Allowance::burst() const {
    return std::max(1, most / 5);
}

Milliseconds Allowance::interval() const {
    const auto steps = std::max(1, most - burst() + 1);
    return Milliseconds((window.count() + steps - 1) / steps);
}

std::optional<Shortage> spend(
    store::Transaction& transaction,
    std::span<const Allowance> allowances,
    const Price& price,
    Instant now) {
    std::vector<Bucket> buckets;
    std::optional<Shortage> longest;
    for (const auto& allowance : allowances) {
        buckets.push_back(take_bucket(transaction, allowance, now));
        const auto shortage = shortage_of(allowance, buckets.back(), price, now);
        if (shortage && (!longest || shortage->at > longest->at))
            longest = shortage;
    }
    if (longest)
        return longest;
    for (std::size_t i = 0; i < allowances.size(); ++i) {
        const auto& allowance = allowances[i];
        const auto after = full_at(allowance, buckets[i], now) + price.count * allowance.interval();
        set_full_at(transaction, allowance, after);
    }
    return std::nullopt;
}

void refund(
    store::Transaction& transaction,
    std::span<const Allowance> allowances,
    int count,
    Milliseconds passed) {
    for (const auto& allowance : allowances) {
        const auto left = count * allowance.interval() - std::max(passed, Milliseconds::zero());
        if (left <= Milliseconds::zero())
            continue;
        transaction.execute(
            R"(UPDATE budget
SET full_at = full_at - $3
WHERE name = $1
    AND window_ms = $2)",
            {allowance.name, std::int64_t{allowance.window.count()}, std::int64_t{left.count()}});
    }
}

void close_budget(
    store::Transaction& transaction, const Allowance& allowance, Instant until, Instant now) {
    transaction.execute(
        R"(INSERT INTO budget (name, window_ms, full_at, closed_until)
VALUES ($1, $2, $3, $4)
ON CONFLICT (name, window_ms) DO UPDATE
SET closed_until = excluded.closed_until)",
        {allowance.name,
         std::int64_t{allowance.window.count()},
         now,
         std::min(until, now + longest_closing)});
}

void resize_budgets(store::Transaction& transaction, const NewAllowance& change, Instant now) {
    const auto window = std::int64_t{change.after.window.count()};
    const auto before = std::int64_t{change.before.interval().count()};
    const auto after = std::int64_t{change.after.interval().count()};
    transaction.execute(
        R"(UPDATE budget
SET full_at = $3 + CASE WHEN full_at - $3 < $6 THEN (full_at - $3) * $5 / $4 ELSE $2 END
WHERE name LIKE $1
    AND window_ms = $2
    AND full_at > $3)",
        {change.after.name + "%", window, now, before, after, window * before / after});
}

void shorten_debts(store::Transaction& transaction, Milliseconds set_back, Instant now) {
    transaction.execute(
        R"(UPDATE budget
SET full_at = CASE
    WHEN full_at - $2 < $1 THEN $1
    WHEN full_at - $2 > $1 + window_ms THEN $1 + window_ms
    ELSE full_at - $2 END
WHERE full_at > $1 + window_ms)",
        {now, std::int64_t{set_back.count()}});
}

// Reads every account's lane, for there is no index on who holds one: no platform limits what is
// sent at once today (Driver::at_once), and one that does wants a count kept instead.
std::int64_t in_hand(store::Reader& reader, std::string_view platform) {
    const auto rows = reader.query(
        R"(SELECT count(*)
FROM lane l
JOIN account a ON a.id = l.account_id
WHERE l.held_by IS NOT NULL
    AND a.platform = $1)",
        {platform});
    return rows.at(0).integer(0);
}

std::int64_t prune_budgets(store::Transaction& transaction, Instant now) {
    return transaction.execute(
        R"(DELETE FROM budget
WHERE full_at <= $1
    AND (closed_until IS NULL OR closed_until <= $1))",
        {now});
}

}  // namespace caas::delivery
