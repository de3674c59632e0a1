#include "core/billing/balance.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/billing/grant.h"
#include "core/billing/period.h"
#include "core/billing/plan_bought.h"

namespace caas::billing {
namespace {

constexpr std::string_view refill_reason = "refill";

std::optional<Grant> refill_of(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now) {
    const auto& plan = plans.unpaid();
    const auto tokens = plan.limit(config::Limit::tokens_per_period);
    if (!tokens || *tokens == 0)
        return std::nullopt;
    // What is sold is granted by whoever takes the money for it.
    const auto* bought = plan_bought(plans, plan_of(plans, reader, organization, now), now);
    if (bought != nullptr && bought->price_cents > 0)
        return std::nullopt;
    const auto rows = reader.query(
        R"sql(
SELECT created_at FROM organization
WHERE id = $1)sql",
        {organization});
    if (rows.empty())
        return std::nullopt;
    const auto period = monthly_period(rows.front().instant(0), now);
    return Grant{
        organization,
        *tokens,
        std::string(refill_reason),
        plan.id + "/" + day_text(period.start),
        period.start,
        period.end};
}

}  // namespace

std::int64_t Balance::granted() const {
    return std::accumulate(
        purses.begin(), purses.end(), std::int64_t{0}, [](auto sum, const Purse& purse) {
            return sum + purse.tokens;
        });
}

std::int64_t Balance::spent() const {
    return std::accumulate(
        purses.begin(), purses.end(), std::int64_t{0}, [](auto sum, const Purse& purse) {
            return sum + purse.spent;
        });
}

std::int64_t Balance::left() const {
    return std::max<std::int64_t>(0, granted() - spent() - reserved);
}

Instant Balance::newest() const {
    Instant out;
    for (const auto& purse : purses)
        out = std::max(out, purse.valid_from);
    return out;
}

std::optional<Instant> Balance::first_end() const {
    return purses.empty() ? std::nullopt : purses.front().expires_at;
}

Balance balance_of(store::Reader& reader, const OrganizationId& organization, Instant now) {
    Balance out;
    const auto purses = reader.query(
        R"sql(
SELECT g.id, g.tokens, g.valid_from, g.expires_at,
    (SELECT CAST(COALESCE(SUM(s.tokens), 0) AS BIGINT)
     FROM debit_share s
     WHERE s.grant_id = g.id)
FROM token_grant g
WHERE g.organization_id = $1
  AND g.valid_from <= $2
  AND (g.expires_at IS NULL OR g.expires_at > $2)
ORDER BY g.expires_at NULLS LAST, g.valid_from, g.id)sql",
        {organization, now});
    for (const auto& row : purses)
        out.purses.push_back(
            {row.text(0), row.integer(1), row.integer(4), row.instant(2), row.maybe_instant(3)});
    const auto reserved = reader.query(
        R"sql(
SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT)
FROM reservation
WHERE organization_id = $1 AND expires_at > $2)sql",
        {organization, now});
    out.reserved = reserved.front().integer(0);
    return out;
}

bool refill(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const OrganizationId& organization,
    Instant now) {
    const auto grant = refill_of(plans, transaction, organization, now);
    return grant && add_grant(transaction, ids, *grant, now);
}

bool needs_refill(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now) {
    const auto grant = refill_of(plans, reader, organization, now);
    if (!grant)
        return false;
    return reader
        .query(
            R"sql(
SELECT id FROM token_grant
WHERE organization_id = $1 AND reason = $2 AND source = $3)sql",
            {organization, grant->reason, grant->source})
        .empty();
}

}  // namespace caas::billing
