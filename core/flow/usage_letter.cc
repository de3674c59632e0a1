#include "core/flow/usage_letter.h"

#include "core/base/money.h"
#include "core/billing/balance.h"
#include "core/billing/gate.h"
#include "core/billing/period.h"
#include "core/billing/usage.h"
#include "core/flow/letter.h"

namespace caas::flow {
namespace {

constexpr int early = 80;
constexpr int all = 100;

UsageNote note_of(
    const Tools& tools,
    store::Reader& reader,
    const OrganizationId& organization,
    std::string name,
    int percent) {
    const auto now = tools.clock.now();
    const auto& plans = tools.plans();
    const auto& plan = billing::plan_in_force(plans, reader, organization, now);
    const auto balance = billing::balance_of(reader, organization, now);
    UsageNote note;
    note.organization = std::move(name);
    note.percent = percent;
    note.plan = plan.title;
    note.used = grouped(balance.spent());
    note.granted = grouped(balance.granted());
    if (const auto end = balance.first_end())
        note.until = billing::day_text(*end);
    const auto* larger =
        billing::lifting_plan(plans, config::Limit::tokens_per_period, balance.granted() + 1);
    if (larger != nullptr && larger->id != plan.id)
        note.larger_plan = larger->id;
    return note;
}

// To every owner who has an address.
bool tell_owners(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant period_start,
    int percent) {
    if (!billing::note_warning(transaction, organization, period_start, percent, tools.clock.now()))
        return false;
    const auto rows = transaction.query(
        R"sql(
SELECT p.email, p.name, o.name
FROM member m
JOIN person p ON p.id = m.person_id
JOIN organization o ON o.id = m.organization_id
WHERE m.organization_id = $1 AND m.role = 'owner'
  AND p.email IS NOT NULL
  AND p.disabled_at IS NULL
ORDER BY p.id)sql",
        {organization});
    for (const auto& row : rows)
        write_usage(
            tools,
            transaction,
            row.text(0),
            row.text(1),
            note_of(tools, transaction, organization, row.text(2), percent));
    return !rows.empty();
}

}  // namespace

bool warn_of_usage(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const billing::Settled& settled) {
    if (settled.percent_after < early)
        return false;
    // Who goes past both at once is told of the end only.
    const auto percent = settled.percent_after >= all ? all : early;
    return tell_owners(tools, transaction, organization, settled.period_start, percent);
}

bool warn_that_none_is_left(
    const Tools& tools, store::Transaction& transaction, const OrganizationId& organization) {
    const auto balance = billing::balance_of(transaction, organization, tools.clock.now());
    return tell_owners(tools, transaction, organization, balance.newest(), all);
}

}  // namespace caas::flow
