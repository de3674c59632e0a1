#include "core/flow/relock.h"

#include <vector>

#include "core/billing/lock.h"
#include "core/billing/reservation.h"

namespace caas::flow {
namespace {

constexpr auto interval = std::chrono::hours(1);
// One transaction changes no more organizations than this, then others may write.
constexpr std::int64_t most_at_once = 100;

// Across tenants. Those after `last`, in their order.
std::vector<OrganizationId> organizations_after(
    store::Reader& reader, const OrganizationId& last, bool is_of_all) {
    const auto rows = reader.query(
        R"sql(
SELECT o.id
FROM organization o
LEFT JOIN plan_state s ON s.organization_id = o.id
WHERE o.id > $1 AND (CAST($2 AS BIGINT) = 1 OR s.organization_id IS NOT NULL)
ORDER BY o.id
LIMIT $3)sql",
        {last, is_of_all, most_at_once});
    std::vector<OrganizationId> out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.push_back(row.id<OrganizationId>(0));
    return out;
}

bool is_right(const Tools& tools, store::Reader& reader, const OrganizationId& organization) {
    const auto& plan =
        billing::plan_in_force(tools.plans(), reader, organization, tools.clock.now());
    return billing::are_locks_right(plan, reader, organization);
}

// Most of them need no change: others may write while those are looked at.
void relock_all(const Tools& tools, bool is_of_all) {
    OrganizationId last;
    for (;;) {
        std::vector<OrganizationId> wrong;
        const auto found = tools.store.read([&](store::Reader& reader) {
            wrong.clear();
            auto some = organizations_after(reader, last, is_of_all);
            for (const auto& organization : some) {
                if (!is_right(tools, reader, organization))
                    wrong.push_back(organization);
            }
            return some;
        });
        if (found.empty())
            return;
        if (!wrong.empty())
            tools.store.write([&](store::Transaction& transaction) {
                for (const auto& organization : wrong)
                    billing::relock(tools.plans(), transaction, organization, tools.clock.now());
            });
        last = found.back();
    }
}

// A daemon with nothing to do writes nothing.
void sweep(const Tools& tools, Instant now) {
    const bool is_any = tools.store.read(
        [&](store::Reader& reader) { return billing::has_ended_reservation(reader, now); });
    if (is_any)
        tools.store.write([now](store::Transaction& transaction) {
            billing::sweep_reservations(transaction, now);
        });
}

// Where nothing is limited, nothing stays locked.
void unlock_everything(const Tools& tools) {
    const bool is_any = tools.store.read([](store::Reader& reader) {
        return !reader.query("SELECT item_id FROM plan_lock LIMIT 1", {}).empty();
    });
    if (is_any)
        tools.store.write([](store::Transaction& transaction) {
            transaction.execute("DELETE FROM plan_lock", {});
        });
}

}  // namespace

std::optional<Instant> keep_plans_hourly(const Tools& tools, std::optional<Instant>& next) {
    const auto now = tools.clock.now();
    const bool is_first = !next.has_value();
    // A clock that was set back is no reason to wait longer.
    const bool is_due = is_first || now >= *next || *next - now > interval;
    const auto& plans = tools.plans();
    if (!is_due)
        return next;
    next = now + interval;
    sweep(tools, now);
    if (plans.may_lock())
        relock_all(tools, is_first);
    else if (is_first)
        unlock_everything(tools);
    return next;
}

}  // namespace caas::flow
