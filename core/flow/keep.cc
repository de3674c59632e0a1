#include "core/flow/keep.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/billing/plan.h"
#include "core/platform/account.h"
#include "core/store/fragment.h"

namespace caas::flow {
namespace {

using billing::Lockable;

// As tables print them.
constexpr store::FragmentQueries accounts_by_fragment{
    R"sql(
SELECT a.id
FROM account a
JOIN workspace w ON w.id = a.workspace_id
WHERE w.organization_id = $1
  AND a.state <> 'disconnected'
  AND a.id >= $2
  AND a.id < $3
ORDER BY a.id
LIMIT 5)sql",
    R"sql(
SELECT a.id
FROM account a
JOIN workspace w ON w.id = a.workspace_id
WHERE w.organization_id = $1
  AND a.state <> 'disconnected'
  AND a.id LIKE $2
ORDER BY a.id
LIMIT 5)sql"};

// Accounts are named within their workspaces; an organization may have one of the name in several.
std::string find_account(
    store::Reader& reader, const OrganizationId& organization, const std::string& who) {
    const auto named = reader.query(
        R"sql(
SELECT a.id FROM account a
JOIN workspace w ON w.id = a.workspace_id
WHERE w.organization_id = $1 AND a.state <> 'disconnected'
  AND (a.name = $2 OR a.handle = $2)
ORDER BY a.id
LIMIT 5)sql",
        {organization, who});
    const auto id = store::find_by_id_or_name(
        reader, accounts_by_fragment, organization, who, named, "account");
    if (!id)
        throw Error(
            Code::not_found,
            "There is no account " + who.substr(0, 64),
            "list those of a workspace with: caas account list");
    return *id;
}

// Of more than may stay open some would be locked all the same, and nobody said which.
void require_fit(
    const config::Plan& plan, Lockable kind, std::string_view field, std::size_t named) {
    const auto limit = billing::limit_of(kind);
    const auto most = plan.limit(limit);
    // One member and one workspace stay open under any plan.
    const std::int64_t least = kind == Lockable::account ? 0 : 1;
    if (!most || static_cast<std::int64_t>(named) <= std::max(*most, least))
        return;
    const auto& facts = config::facts(limit);
    const auto said =
        std::to_string(*most) + " " + std::string(*most == 1 ? facts.one : facts.many);
    throw Error(
        Code::plan_limit,
        "The plan " + plan.title + " allows " + said + "; you named " + std::to_string(named),
        "name only those that are to stay open",
        {{"/" + std::string(field),
          "plan." + std::string(facts.name),
          std::to_string(named) + " named of " + std::to_string(*most)}});
}

template <typename Find>
void set(
    const config::Plan& plan,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Lockable kind,
    const std::optional<std::vector<std::string>>& named,
    Find find) {
    if (!named)
        return;
    std::set<std::string> items;
    for (const auto& who : *named)
        items.insert(find(who));
    require_fit(plan, kind, std::string(billing::name(kind)) + "s", items.size());
    billing::set_kept(transaction, organization, kind, {items.begin(), items.end()});
}

std::string name_of(
    store::Reader& reader, const OrganizationId& organization, const billing::Lock& lock) {
    const auto text = [&](std::string_view sql) {
        const auto rows = reader.query(sql, {organization, lock.item});
        return rows.empty() ? std::string() : rows.front().text(0);
    };
    switch (lock.kind) {
        case Lockable::account:
            return text(R"sql(
SELECT a.name FROM account a
JOIN workspace w ON w.id = a.workspace_id
WHERE w.organization_id = $1 AND a.id = $2)sql");
        case Lockable::member:
            return text(R"sql(
SELECT p.name FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1 AND m.person_id = $2)sql");
        case Lockable::workspace:
            return text(R"sql(
SELECT name FROM workspace
WHERE organization_id = $1 AND id = $2)sql");
    }
    return {};
}

}  // namespace

void keep(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const KeptOpen& kept) {
    const auto& organization = principal.organization;
    const auto now = tools.clock.now();
    const auto& plan = billing::plan_in_force(tools.plans(), transaction, organization, now);
    set(plan,
        transaction,
        organization,
        Lockable::account,
        kept.accounts,
        [&](const std::string& who) { return find_account(transaction, organization, who); });
    set(plan,
        transaction,
        organization,
        Lockable::member,
        kept.members,
        [&](const std::string& who) {
            return access::get_member(transaction, organization, who).person.id.text();
        });
    set(plan,
        transaction,
        organization,
        Lockable::workspace,
        kept.workspaces,
        [&](const std::string& who) {
            return access::get_workspace(transaction, organization, who).id.text();
        });
    billing::relock(tools.plans(), transaction, organization, now);
    const auto said = [](const std::optional<std::vector<std::string>>& named) {
        return named ? Json(*named) : Json();
    };
    access::record(
        transaction,
        now,
        access::actor_of(principal),
        organization.text(),
        {"billing.keep", organization.text()},
        {{"accounts", said(kept.accounts)},
         {"members", said(kept.members)},
         {"workspaces", said(kept.workspaces)}});
}

std::vector<Locked> list_locked(
    const Tools& tools, store::Reader& reader, const OrganizationId& organization) {
    std::vector<Locked> out;
    if (!tools.plans().may_lock())
        return out;
    for (auto& lock : billing::list_locks(reader, organization)) {
        auto name = name_of(reader, organization, lock);
        out.push_back({std::move(lock), std::move(name)});
    }
    return out;
}

}  // namespace caas::flow
