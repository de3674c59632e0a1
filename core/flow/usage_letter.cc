#include "core/flow/usage_letter.h"

#include "core/access/tenancy.h"
#include "core/base/money.h"
#include "core/billing/balance.h"
#include "core/billing/customer.h"
#include "core/billing/gate.h"
#include "core/billing/period.h"
#include "core/billing/usage.h"
#include "core/flow/letter.h"

namespace caas::flow {
namespace {

constexpr int early = 80;
constexpr int all = 100;

// A mark that is reached: how much is used of what there was to spend.
struct Mark {
    int percent = 0;
    std::int64_t used = 0;
    std::int64_t granted = 0;
    Instant period_start;
};

UsageNote note_of(
    const Tools& tools,
    store::Reader& reader,
    const OrganizationId& organization,
    std::string name,
    const Mark& mark) {
    const auto now = tools.clock.now();
    const auto& plans = tools.plans();
    const auto& plan = billing::plan_in_force(plans, reader, organization, now);
    const auto balance = billing::balance_of(reader, organization, now);
    UsageNote note;
    note.organization = std::move(name);
    note.percent = mark.percent;
    note.plan = plan.title;
    note.used = grouped(mark.used);
    note.granted = grouped(mark.granted);
    if (const auto end = balance.first_end())
        note.until = billing::day_text(*end);
    const auto* larger =
        billing::lifting_plan(plans, config::Limit::tokens_per_period, balance.granted() + 1);
    if (larger != nullptr && larger->id != plan.id)
        note.larger_plan = larger->id;
    return note;
}

// To every owner who has an address, once a period.
bool write_to_owners(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& id,
    const Mark& mark) {
    if (!billing::note_warning(transaction, id, mark.period_start, mark.percent, tools.clock.now()))
        return false;
    const auto organization = access::find_organization(transaction, id);
    const auto owners = billing::owners_of(transaction, id);
    if (!organization || owners.empty())
        return false;
    const auto note = note_of(tools, transaction, id, organization->name, mark);
    for (const auto& owner : owners)
        write_usage(tools, transaction, owner.email, owner.name, note);
    return true;
}

}  // namespace

bool warn_of_usage(
    const Tools& tools,
    store::Transaction& transaction,
    const OrganizationId& organization,
    const billing::Settled& settled) {
    // Who goes past both at once is told of the end only.
    for (const auto percent : {all, early}) {
        const auto most = settled.granted * percent;
        if (settled.used_before * 100 < most && settled.used_after * 100 >= most)
            return write_to_owners(
                tools,
                transaction,
                organization,
                {percent, settled.used_after, settled.granted, settled.period_start});
    }
    return false;
}

bool warn_that_none_is_left(
    const Tools& tools, store::Transaction& transaction, const OrganizationId& organization) {
    const auto now = tools.clock.now();
    // The refusal took back the refill too.
    billing::refill(tools.plans(), transaction, tools.ids, organization, now);
    const auto balance = billing::balance_of(transaction, organization, now);
    // It might have taken more than is left, or others have reserved that and may give it back.
    if (balance.spent() < balance.granted())
        return false;
    return write_to_owners(
        tools,
        transaction,
        organization,
        {all, balance.spent(), balance.granted(), balance.newest()});
}

}  // namespace caas::flow
