#include "core/platform/renewal.h"

#include <algorithm>

namespace caas::platform {
namespace {

// Between 70 and 80 % of a life: those that were connected together do not come back together.
constexpr double earliest = 0.70;
constexpr double latest = 0.80;

Instant part_of(Instant from, Instant to, double share) {
    const auto life = static_cast<double>((to - from).count());
    return from + Milliseconds(static_cast<std::int64_t>(life * share));
}

// When the next warning is to be given, or the end itself.
Instant next_warning(Instant ends_at, std::optional<int> warned) {
    for (const int days : warning_days) {
        if (!warned || days < *warned)
            return ends_at - std::chrono::hours(24 * days);
    }
    return ends_at;
}

std::optional<Instant> due_at(
    const std::optional<Instant>& refresh_at,
    const std::optional<Instant>& ends_at,
    std::optional<int> warned) {
    if (!ends_at)
        return refresh_at;
    const auto warning = next_warning(*ends_at, warned);
    return refresh_at ? std::min(*refresh_at, warning) : warning;
}

// Whoever connects an account that is near its end knows: only what is still ahead is told.
std::optional<int> warned_at(const std::optional<Instant>& ends_at, Instant now) {
    std::optional<int> warned;
    for (const int days : warning_days) {
        if (ends_at && now >= *ends_at - std::chrono::hours(24 * days))
            warned = days;
    }
    return warned;
}

Renewal read(const store::Row& row) {
    Renewal renewal;
    renewal.account = row.id<AccountId>(0);
    renewal.refresh_at = row.maybe_instant(1);
    renewal.ends_at = row.maybe_instant(2);
    if (const auto days = row.maybe_integer(3))
        renewal.warned_days = static_cast<int>(*days);
    renewal.begun_at = row.maybe_instant(4);
    renewal.tries = static_cast<int>(row.integer(5));
    return renewal;
}

}  // namespace

bool can_renew(const Driver& driver, const Credentials& credentials) {
    if (driver.refresh == nullptr)
        return false;
    return !credentials.refresh.empty() ||
           (driver.sign_in != nullptr && driver.sign_in->renews_access);
}

void plan_renewal(
    store::Transaction& transaction,
    const AccountId& account,
    const Driver& driver,
    const Credentials& credentials,
    Random& random,
    Instant now) {
    std::optional<Instant> refresh_at;
    auto ends_at = credentials.expires_at;
    if (can_renew(driver, credentials)) {
        if (credentials.expires_at)
            refresh_at = part_of(
                now,
                std::max(now, *credentials.expires_at),
                earliest + (latest - earliest) * random.fraction());
        ends_at = credentials.refresh_expires_at;
    }
    const auto warned = warned_at(ends_at, now);
    transaction.execute(
        R"sql(
INSERT INTO renewal (account_id, due_at, refresh_at, ends_at, warned_days, held_until, fence,
    begun_at, tries)
VALUES ($1, $2, $3, $4, $5, NULL, 0, NULL, 0)
ON CONFLICT (account_id) DO UPDATE
SET due_at = excluded.due_at, refresh_at = excluded.refresh_at, ends_at = excluded.ends_at,
    warned_days = excluded.warned_days, held_until = NULL, fence = renewal.fence + 1,
    begun_at = NULL, tries = 0)sql",
        {account,
         due_at(refresh_at, ends_at, warned),
         refresh_at,
         ends_at,
         warned ? std::optional<std::int64_t>(*warned) : std::nullopt});
}

void end_renewal(store::Transaction& transaction, const AccountId& account) {
    transaction.execute(
        R"sql(
UPDATE renewal
SET due_at = NULL, refresh_at = NULL, ends_at = NULL, held_until = NULL, fence = fence + 1
WHERE account_id = $1)sql",
        {account});
}

std::optional<Renewal> find_renewal(store::Reader& reader, const AccountId& account) {
    const auto rows = reader.query(
        R"sql(
SELECT account_id, refresh_at, ends_at, warned_days, begun_at, tries
FROM renewal
WHERE account_id = $1)sql",
        {account});
    return rows.empty() ? std::nullopt : std::optional(read(rows.front()));
}

std::vector<Renewal> due_renewals(store::Reader& reader, Instant now, int most) {
    const auto rows = reader.query(
        R"sql(
SELECT r.account_id, r.refresh_at, r.ends_at, r.warned_days, r.begun_at, r.tries
FROM renewal r
JOIN account a ON a.id = r.account_id
WHERE r.due_at <= $1
  AND (r.held_until IS NULL OR r.held_until <= $1)
  AND a.state IN ('active', 'paused')
ORDER BY r.due_at, r.account_id
LIMIT $2)sql",
        {now, most});
    std::vector<Renewal> due;
    due.reserve(rows.size());
    for (const auto& row : rows)
        due.push_back(read(row));
    return due;
}

std::optional<Instant> next_renewal(store::Reader& reader, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT CASE WHEN r.held_until > r.due_at AND r.held_until > $1 THEN r.held_until ELSE r.due_at END
FROM renewal r
JOIN account a ON a.id = r.account_id
WHERE r.due_at IS NOT NULL
  AND a.state IN ('active', 'paused')
ORDER BY 1
LIMIT 1)sql",
        {now});
    return rows.empty() ? std::nullopt : rows.front().maybe_instant(0);
}

std::optional<Held> hold_renewal(
    store::Transaction& transaction, const AccountId& account, Instant now, Milliseconds span) {
    // An account from before there were plans may have none.
    transaction.execute(
        R"sql(
INSERT INTO renewal (account_id, fence, tries)
VALUES ($1, 0, 0)
ON CONFLICT (account_id) DO NOTHING)sql",
        {account});
    const auto before = find_renewal(transaction, account);
    const auto rows = transaction.query(
        R"sql(
UPDATE renewal
SET held_until = $2, fence = fence + 1,
    begun_at = CASE WHEN begun_at IS NULL THEN $3 ELSE begun_at END
WHERE account_id = $1
  AND (held_until IS NULL OR held_until <= $3)
RETURNING fence)sql",
        {account, now + span, now});
    if (rows.empty())
        return std::nullopt;
    return Held{rows.front().integer(0), before ? before->begun_at : std::optional<Instant>()};
}

void put_off_renewal(
    store::Transaction& transaction,
    const AccountId& account,
    const Held& held,
    bool is_doubtful,
    Instant again) {
    const auto renewal = find_renewal(transaction, account);
    if (!renewal)
        return;
    const auto ends_at = renewal->ends_at;
    transaction.execute(
        R"sql(
UPDATE renewal
SET held_until = NULL, tries = tries + 1, refresh_at = $3, due_at = $4,
    begun_at = CASE WHEN CAST($5 AS BIGINT) = 1 THEN begun_at ELSE NULL END
WHERE account_id = $1
  AND fence = $2)sql",
        {account,
         held.fence,
         again,
         due_at(again, ends_at, renewal->warned_days),
         is_doubtful || held.begun_before.has_value()});
}

void postpone_renewal(
    store::Transaction& transaction, const AccountId& account, Instant now, Instant again) {
    transaction.execute(
        R"sql(
UPDATE renewal
SET refresh_at = $3, due_at = $3
WHERE account_id = $1
  AND due_at <= $2
  AND (held_until IS NULL OR held_until <= $2))sql",
        {account, now, again});
}

std::optional<int> warning_due(const Renewal& renewal, Instant now) {
    if (!renewal.ends_at)
        return std::nullopt;
    std::optional<int> due;
    for (const int days : warning_days) {
        const bool is_told = renewal.warned_days && *renewal.warned_days <= days;
        if (!is_told && now >= *renewal.ends_at - std::chrono::hours(24 * days))
            due = days;
    }
    return due;
}

void note_warning(store::Transaction& transaction, const Renewal& renewal, int days) {
    transaction.execute(
        R"sql(
UPDATE renewal
SET warned_days = $2, due_at = $3
WHERE account_id = $1)sql",
        {renewal.account, days, due_at(renewal.refresh_at, renewal.ends_at, days)});
}

}  // namespace caas::platform
