#include "core/billing/plan.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/billing/lock.h"
#include "core/billing/plan_bought.h"

namespace caas::billing {
namespace {

constexpr std::string_view plans_file = "plans.toml";
constexpr std::uintmax_t most_plans_bytes = 1U << 20U;

constexpr std::array<std::string_view, 8> standings{
    "none", "incomplete", "trialing", "active", "past_due", "unpaid", "canceled", "paused"};

PlanState read_state(const store::Row& row) {
    const auto standing = standing_of(row.view(1));
    if (!standing)
        throw Error(Code::storage_corrupt, "The database holds a standing that does not exist");
    PlanState out;
    out.plan = row.text(0);
    out.standing = *standing;
    out.since = row.instant(2);
    out.period_start = row.maybe_instant(3);
    out.period_end = row.maybe_instant(4);
    out.trial_end = row.maybe_instant(5);
    out.grace_until = row.maybe_instant(6);
    out.cancel_at_period_end = row.truth(7);
    out.next_plan = row.maybe_text(8);
    return out;
}

}  // namespace

Plans::Plans(std::vector<config::Plan> all, std::string_view unpaid, bool has_billing)
    : all_(std::move(all)),
      unpaid_(config::find_plan(all_, unpaid).id),
      has_billing_(has_billing) {}

const config::Plan* Plans::find(std::string_view id) const {
    const auto at = std::find_if(
        all_.begin(), all_.end(), [&](const config::Plan& plan) { return plan.id == id; });
    return at == all_.end() ? nullptr : &*at;
}

const config::Plan* Plans::find_by_lookup_key(std::string_view key) const {
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const config::Plan& plan) {
        return !key.empty() && plan.lookup_key == key;
    });
    return at == all_.end() ? nullptr : &*at;
}

Plans::Size Plans::size_of(std::string_view id) const {
    const auto* plan = find(id);
    if (plan == nullptr)
        return {-1, -1};
    return {
        plan->price_cents,
        plan->limit(config::Limit::tokens_per_period)
            .value_or(std::numeric_limits<std::int64_t>::max())};
}

bool Plans::may_lock() const {
    const auto has_locking_limit = [](const config::Plan& plan) {
        return plan.limit(config::Limit::accounts) || plan.limit(config::Limit::members) ||
               plan.limit(config::Limit::workspaces);
    };
    return has_locking_limit(unpaid()) ||
           (has_billing_ && std::any_of(all_.begin(), all_.end(), has_locking_limit));
}

Plans load_plans(const std::filesystem::path& share, const config::Settings& settings) {
    const bool has_billing = !settings.secret("stripe.secret_key").empty();
    auto unpaid = settings.text("plans.default");
    if (unpaid.empty())
        unpaid = has_billing ? "free" : "self_hosted";
    return {
        config::read_plans(read_file(share / plans_file, most_plans_bytes), plans_file),
        unpaid,
        has_billing};
}

const Plans& PlanFile::get() {
    const std::scoped_lock lock(mutex_);
    if (!plans_)
        plans_.emplace(load_plans(share_, settings_));
    return *plans_;
}

std::string_view name(Standing standing) {
    return standings.at(static_cast<std::size_t>(standing));
}

std::optional<Standing> standing_of(std::string_view name) {
    const auto* const at = std::find(standings.begin(), standings.end(), name);
    if (at == standings.end())
        return std::nullopt;
    return static_cast<Standing>(at - standings.begin());
}

PlanState plan_of(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now) {
    const auto rows = reader.query(
        R"sql(
SELECT plan, standing, since, period_start, period_end, trial_end, grace_until,
    cancel_at_period_end, next_plan
FROM plan_state
WHERE organization_id = $1)sql",
        {organization});
    if (!rows.empty())
        return read_state(rows.front());
    PlanState none;
    none.plan = plans.unpaid().id;
    none.since = now;
    return none;
}

bool has_ended_grace(const PlanState& state, Instant now) {
    return state.standing == Standing::past_due && state.grace_until && *state.grace_until <= now;
}

std::vector<OrganizationId> list_ended_graces(store::Reader& reader, Instant now) {
    std::vector<OrganizationId> out;
    const auto rows = reader.query(
        R"sql(
SELECT s.organization_id
FROM plan_state s
WHERE s.standing = 'past_due'
  AND s.grace_until <= $1
  AND s.grace_until > $2
  AND NOT EXISTS (SELECT 1
                  FROM billing_notice n
                  WHERE n.organization_id = s.organization_id
                    AND n.kind = 'grace_end'
                    AND n.source = CAST(s.grace_until AS TEXT))
ORDER BY s.organization_id)sql",
        {now, now - std::chrono::hours(24 * 30)});
    for (const auto& row : rows)
        out.push_back(row.id<OrganizationId>(0));
    return out;
}

const config::Plan& plan_in_force(const Plans& plans, const PlanState& state, Instant now) {
    const auto* bought = plan_bought(plans, state, now);
    return bought == nullptr ? plans.unpaid() : *bought;
}

const config::Plan& plan_in_force(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now) {
    if (!plans.has_billing())
        return plans.unpaid();
    return plan_in_force(plans, plan_of(plans, reader, organization, now), now);
}

void set_plan(
    const Plans& plans,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const PlanState& state,
    Instant now) {
    plans.get(state.plan);
    if (state.next_plan)
        plans.get(*state.next_plan);
    const auto known = transaction.query(
        R"sql(
SELECT id FROM organization
WHERE id = $1)sql",
        {organization});
    if (known.empty())
        throw Error(Code::not_found, "There is no organization " + organization.text());
    transaction.execute(
        R"sql(
INSERT INTO plan_state (organization_id, plan, standing, since, period_start, period_end, trial_end,
    grace_until, cancel_at_period_end, next_plan, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (organization_id) DO UPDATE
SET plan = $2, standing = $3, since = $4, period_start = $5, period_end = $6, trial_end = $7,
    grace_until = $8, cancel_at_period_end = $9, next_plan = $10, updated_at = $11)sql",
        {organization,
         state.plan,
         name(state.standing),
         state.since,
         state.period_start,
         state.period_end,
         state.trial_end,
         state.grace_until,
         state.cancel_at_period_end,
         state.next_plan,
         now});
    lock_what_is_over(plan_in_force(plans, state, now), transaction, organization, now);
}

void relock(
    const Plans& plans,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant now) {
    if (plans.may_lock())
        lock_what_is_over(
            plan_in_force(plans, transaction, organization, now), transaction, organization, now);
}

}  // namespace caas::billing
