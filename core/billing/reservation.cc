#include "core/billing/reservation.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/billing/balance.h"
#include "core/billing/gate.h"
#include "core/billing/period.h"

namespace caas::billing {
namespace {

struct Reserved {
    std::int64_t tokens = 0;
    Instant created_at;
};

std::optional<Reserved> take_back(store::Transaction& transaction, const std::string& generation) {
    const auto rows = transaction.query(
        R"sql(
DELETE FROM reservation
WHERE generation_id = $1
RETURNING tokens, created_at)sql",
        {generation});
    if (rows.empty())
        return std::nullopt;
    return Reserved{rows.front().integer(0), rows.front().instant(1)};
}

// What providers cost in the month, with what they may cost yet.
std::int64_t month_cost(store::Reader& reader, const OrganizationId& organization, Instant now) {
    const auto month = calendar_month(now);
    const auto rows = reader.query(
        R"sql(
SELECT CAST(COALESCE((SELECT SUM(microdollars) FROM usage_day
    WHERE organization_id = $1 AND day >= $2 AND day < $3), 0)
  + COALESCE((SELECT SUM(microdollars) FROM reservation
    WHERE organization_id = $1 AND expires_at > $4), 0) AS BIGINT))sql",
        {organization, day_of(month.start), day_of(month.end), now});
    return rows.front().integer(0);
}

void insert(
    store::Transaction& transaction, const Wish& wish, const Estimate& estimate, Instant now) {
    transaction.execute(
        R"sql(
INSERT INTO reservation (generation_id, organization_id, tokens, microdollars, created_at,
    expires_at)
VALUES ($1, $2, $3, $4, $5, $6))sql",
        {wish.generation,
         wish.organization,
         estimate.tokens,
         estimate.microdollars,
         now,
         wish.expires_at});
}

struct Share {
    std::string grant;
    std::int64_t tokens = 0;
};

// Adds to `shares` up to `most` of what is left in the purses; gives how much.
std::int64_t take(const std::vector<Purse>& purses, std::int64_t most, std::vector<Share>& shares) {
    std::int64_t taken = 0;
    for (const auto& purse : purses) {
        const auto share = std::min(most - taken, purse.left());
        if (share <= 0)
            continue;
        taken += share;
        shares.push_back({purse.id, share});
    }
    return taken;
}

bool insert(store::Transaction& transaction, const Debit& debit, std::int64_t tokens, Instant now) {
    const auto added = transaction.execute(
        R"sql(
INSERT INTO debit (generation_id, organization_id, workspace_id, person_id, provider, model,
    input_tokens, output_tokens, tokens, microdollars, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (generation_id) DO NOTHING)sql",
        {debit.generation,
         debit.organization,
         debit.workspace,
         debit.person,
         debit.provider,
         debit.model,
         debit.input_tokens,
         debit.output_tokens,
         tokens,
         debit.microdollars,
         now});
    return added > 0;
}

void add_to_day(
    store::Transaction& transaction, const Debit& debit, std::int64_t tokens, Instant now) {
    transaction.execute(
        R"sql(
INSERT INTO usage_day (organization_id, day, person_id, provider, model, generations, input_tokens,
    output_tokens, tokens, microdollars)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (organization_id, day, person_id, provider, model) DO UPDATE
SET generations = usage_day.generations + $6, input_tokens = usage_day.input_tokens + $7,
    output_tokens = usage_day.output_tokens + $8, tokens = usage_day.tokens + $9,
    microdollars = usage_day.microdollars + $10)sql",
        {debit.organization,
         day_of(now),
         debit.person,
         debit.provider,
         debit.model,
         debit.is_done ? 1 : 0,
         debit.input_tokens,
         debit.output_tokens,
         tokens,
         debit.microdollars});
}

// Of a reservation that was made before they ended: it was promised them.
std::vector<Purse> ended_purses(
    store::Reader& reader,
    const OrganizationId& organization,
    const Reserved& reserved,
    Instant now) {
    auto purses = balance_of(reader, organization, reserved.created_at).purses;
    std::erase_if(
        purses, [&](const Purse& purse) { return !purse.expires_at || *purse.expires_at > now; });
    return purses;
}

}  // namespace

std::size_t reserve(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Wish& wish,
    Instant now) {
    const auto& plan = plan_in_force(plans, transaction, wish.organization, now);
    const bool is_limited = plan.limit(config::Limit::tokens_per_period).has_value();
    if (is_limited)
        refill(plans, transaction, ids, wish.organization, now);
    const auto balance = balance_of(transaction, wish.organization, now);
    const auto cost = wish.month_cap > 0 ? month_cost(transaction, wish.organization, now) : 0;
    for (std::size_t i = 0; i < wish.ways.size(); ++i) {
        const auto& way = wish.ways[i];
        const bool has_tokens = !is_limited || way.tokens <= balance.left();
        const bool has_money = wish.month_cap == 0 || way.microdollars <= wish.month_cap - cost;
        if (has_tokens && has_money) {
            insert(transaction, wish, {is_limited ? way.tokens : 0, way.microdollars}, now);
            return i;
        }
        if (i + 1 < wish.ways.size())
            continue;
        if (!has_tokens)
            throw out_of_tokens(plans, plan, balance, way.tokens);
        throw over_cap(wish.month_cap, cost, now);
    }
    throw Error(Code::internal, "A generation has one way at least");
}

void extend(store::Transaction& transaction, const std::string& generation, Instant expires_at) {
    transaction.execute(
        R"sql(
UPDATE reservation
SET expires_at = $2
WHERE generation_id = $1)sql",
        {generation, expires_at});
}

void release(store::Transaction& transaction, const std::string& generation) {
    take_back(transaction, generation);
}

Settled settle(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Debit& debit,
    Instant now) {
    const auto& plan = plan_in_force(plans, transaction, debit.organization, now);
    const bool is_limited = plan.limit(config::Limit::tokens_per_period).has_value();
    const auto reserved =
        debit.is_reserved ? take_back(transaction, debit.generation) : std::nullopt;
    Settled out;
    if (!is_limited) {
        out.tokens = debit.tokens;
        if (insert(transaction, debit, debit.tokens, now))
            add_to_day(transaction, debit, debit.tokens, now);
        return out;
    }
    refill(plans, transaction, ids, debit.organization, now);
    const auto balance = balance_of(transaction, debit.organization, now);
    std::vector<Share> shares;
    if (reserved)
        out.tokens = take(
            ended_purses(transaction, debit.organization, *reserved, now),
            std::min(debit.tokens, reserved->tokens),
            shares);
    // What others have reserved is theirs.
    const auto from_now =
        take(balance.purses, std::min(debit.tokens - out.tokens, balance.left()), shares);
    out.tokens += from_now;
    if (!insert(transaction, debit, out.tokens, now))
        return {};
    for (const auto& share : shares)
        transaction.execute(
            R"sql(
INSERT INTO debit_share (generation_id, grant_id, tokens)
VALUES ($1, $2, $3))sql",
            {debit.generation, share.grant, share.tokens});
    add_to_day(transaction, debit, out.tokens, now);
    out.period_start = balance.newest();
    for (const auto& purse : balance.purses) {
        if (purse.left() <= 0 && purse.valid_from != out.period_start)
            continue;
        out.granted += purse.tokens;
        out.used_before += purse.spent;
    }
    out.used_after = out.used_before + from_now;
    return out;
}

bool has_ended_reservation(store::Reader& reader, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT generation_id FROM reservation
WHERE expires_at <= $1
LIMIT 1)sql",
        {now});
    return !rows.empty();
}

std::int64_t sweep_reservations(store::Transaction& transaction, Instant now) {
    return transaction.execute(
        R"sql(
DELETE FROM reservation
WHERE expires_at <= $1)sql",
        {now});
}

std::int64_t plan_tokens(std::int64_t provider_tokens, std::int64_t per_token) {
    return std::max<std::int64_t>(1, (provider_tokens + per_token - 1) / per_token);
}

}  // namespace caas::billing
