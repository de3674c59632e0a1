#include "core/billing/lock.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/error.h"

namespace caas::billing {
namespace {

constexpr std::array<std::string_view, 3> kinds{"account", "member", "workspace"};

// What is counted lies in the tables of other stations; only ids are read of it.
constexpr std::string_view workspaces_by_rank = R"sql(
SELECT w.id
FROM workspace w
LEFT JOIN plan_keep k ON k.organization_id = $1 AND k.kind = 'workspace' AND k.item_id = w.id
WHERE w.organization_id = $1
ORDER BY CASE WHEN k.item_id IS NULL THEN 1 ELSE 0 END, w.created_at, w.id)sql";

constexpr std::string_view members_by_rank = R"sql(
SELECT m.person_id
FROM member m
LEFT JOIN plan_keep k ON k.organization_id = $1 AND k.kind = 'member' AND k.item_id = m.person_id
WHERE m.organization_id = $1
ORDER BY CASE WHEN k.item_id IS NULL THEN 1 ELSE 0 END,
    CASE WHEN m.role = 'owner' THEN 0 ELSE 1 END, m.created_at, m.person_id)sql";

constexpr std::string_view accounts_by_rank = R"sql(
SELECT a.id
FROM account a
JOIN workspace w ON w.id = a.workspace_id
LEFT JOIN plan_keep k ON k.organization_id = $1 AND k.kind = 'account' AND k.item_id = a.id
LEFT JOIN plan_lock l ON l.organization_id = $1 AND l.kind = 'workspace' AND l.item_id = w.id
WHERE w.organization_id = $1 AND a.state <> 'disconnected'
ORDER BY CASE WHEN k.item_id IS NULL THEN 1 ELSE 0 END,
    CASE WHEN l.item_id IS NULL THEN 0 ELSE 1 END, a.created_at, a.id)sql";

struct Rule {
    Lockable kind;
    std::string_view by_rank;
};

// Workspaces first: where an account is tells how it ranks.
constexpr std::array<Rule, 3> rules{{
    {Lockable::workspace, workspaces_by_rank},
    {Lockable::member, members_by_rank},
    {Lockable::account, accounts_by_rank},
}};

std::set<std::string> over(
    const Rule& rule,
    const config::Plan& plan,
    store::Reader& reader,
    const OrganizationId& organization) {
    const auto most = plan.limit(limit_of(rule.kind));
    std::set<std::string> out;
    if (!most)
        return out;
    const auto rows = reader.query(rule.by_rank, {organization});
    // Somebody has to be able to change the plan, and something has to be there to look at.
    const bool needs_one = rule.kind != Lockable::account;
    const auto kept = static_cast<std::size_t>(std::max<std::int64_t>(*most, needs_one ? 1 : 0));
    for (auto i = kept; i < rows.size(); ++i)
        out.insert(rows[i].text(0));
    return out;
}

std::set<std::string> locked(
    store::Reader& reader, const OrganizationId& organization, Lockable kind) {
    std::set<std::string> out;
    for (const auto& row : reader.query(
             R"sql(
SELECT item_id FROM plan_lock
WHERE organization_id = $1 AND kind = $2)sql",
             {organization, name(kind)}))
        out.insert(row.text(0));
    return out;
}

void lock_kind(
    const Rule& rule,
    const config::Plan& plan,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant now) {
    auto wanted = over(rule, plan, transaction, organization);
    for (const auto& item : locked(transaction, organization, rule.kind)) {
        if (wanted.erase(item) == 0)
            transaction.execute(
                R"sql(
DELETE FROM plan_lock
WHERE organization_id = $1 AND kind = $2 AND item_id = $3)sql",
                {organization, name(rule.kind), item});
    }
    for (const auto& item : wanted)
        transaction.execute(
            R"sql(
INSERT INTO plan_lock (organization_id, kind, item_id, locked_at)
VALUES ($1, $2, $3, $4))sql",
            {organization, name(rule.kind), item, now});
}

}  // namespace

std::string_view name(Lockable kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

std::optional<Lockable> lockable_of(std::string_view name) {
    const auto* const at = std::find(kinds.begin(), kinds.end(), name);
    if (at == kinds.end())
        return std::nullopt;
    return static_cast<Lockable>(at - kinds.begin());
}

config::Limit limit_of(Lockable kind) {
    switch (kind) {
        case Lockable::account:
            return config::Limit::accounts;
        case Lockable::member:
            return config::Limit::members;
        case Lockable::workspace:
            return config::Limit::workspaces;
    }
    return config::Limit::accounts;
}

std::vector<Lock> list_locks(store::Reader& reader, const OrganizationId& organization) {
    const auto rows = reader.query(
        R"sql(
SELECT kind, item_id, locked_at FROM plan_lock
WHERE organization_id = $1
ORDER BY locked_at, item_id)sql",
        {organization});
    std::vector<Lock> out;
    out.reserve(rows.size());
    for (const auto& row : rows) {
        const auto kind = lockable_of(row.view(0));
        if (!kind)
            throw Error(Code::storage_corrupt, "The database holds a lock that does not exist");
        out.push_back({*kind, row.text(1), row.instant(2)});
    }
    return out;
}

bool is_locked(
    store::Reader& reader,
    const OrganizationId& organization,
    Lockable kind,
    std::string_view item) {
    const auto rows = reader.query(
        R"sql(
SELECT locked_at FROM plan_lock
WHERE organization_id = $1 AND kind = $2 AND item_id = $3)sql",
        {organization, name(kind), item});
    return !rows.empty();
}

bool are_locks_right(
    const config::Plan& plan, store::Reader& reader, const OrganizationId& organization) {
    return std::all_of(rules.begin(), rules.end(), [&](const Rule& rule) {
        return locked(reader, organization, rule.kind) == over(rule, plan, reader, organization);
    });
}

void lock_what_is_over(
    const config::Plan& plan,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant now) {
    for (const auto& rule : rules)
        lock_kind(rule, plan, transaction, organization, now);
}

void set_kept(
    store::Transaction& transaction,
    const OrganizationId& organization,
    Lockable kind,
    const std::vector<std::string>& items) {
    transaction.execute(
        R"sql(
DELETE FROM plan_keep
WHERE organization_id = $1 AND kind = $2)sql",
        {organization, name(kind)});
    for (const auto& item : items)
        transaction.execute(
            R"sql(
INSERT INTO plan_keep (organization_id, kind, item_id)
VALUES ($1, $2, $3)
ON CONFLICT (organization_id, kind, item_id) DO NOTHING)sql",
            {organization, name(kind), item});
}

std::vector<std::string> list_kept(
    store::Reader& reader, const OrganizationId& organization, Lockable kind) {
    const auto rows = reader.query(
        R"sql(
SELECT item_id FROM plan_keep
WHERE organization_id = $1 AND kind = $2
ORDER BY item_id)sql",
        {organization, name(kind)});
    std::vector<std::string> out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.push_back(row.text(0));
    return out;
}

}  // namespace caas::billing
