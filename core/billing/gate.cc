#include "core/billing/gate.h"

#include <algorithm>

#include "core/base/money.h"
#include "core/billing/period.h"

namespace caas::billing {
namespace {

using config::Limit;

// What is counted lies in the tables of other stations; only numbers are read of it.
std::string_view count_sql(Limit limit) {
    switch (limit) {
        case Limit::members:
            return R"sql(
SELECT (SELECT count(*) FROM member WHERE organization_id = $1)
  + (SELECT count(*) FROM invitation
     WHERE organization_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2))sql";
        case Limit::workspaces:
            return R"sql(
SELECT count(*) FROM workspace
WHERE organization_id = $1)sql";
        case Limit::accounts:
            return R"sql(
SELECT count(*) FROM account a
JOIN workspace w ON w.id = a.workspace_id
WHERE w.organization_id = $1 AND a.state <> 'disconnected')sql";
        case Limit::platforms:
            return R"sql(
SELECT count(DISTINCT a.platform) FROM account a
JOIN workspace w ON w.id = a.workspace_id
WHERE w.organization_id = $1 AND a.state <> 'disconnected')sql";
        case Limit::scheduled_posts:
            return R"sql(
SELECT count(*) FROM post p
JOIN workspace w ON w.id = p.workspace_id
WHERE w.organization_id = $1 AND p.state IN ('scheduled', 'paused') AND p.due_at > $2)sql";
        case Limit::api_tokens:
            return R"sql(
SELECT count(*) FROM token
WHERE organization_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2))sql";
        case Limit::tokens_per_period:
        case Limit::variants:
        case Limit::portfolio:
        case Limit::history_days:
            return {};
    }
    return {};
}

// Not kept, but asked for each time.
bool is_asked_for(Limit limit) {
    return limit == Limit::variants || limit == Limit::history_days;
}

std::string counted(std::int64_t count, const config::LimitFacts& facts) {
    if (count == 0)
        return "no " + std::string(facts.many);
    return grouped(count) + " " + std::string(count == 1 ? facts.one : facts.many);
}

std::string amount_of(const config::Plan& plan, Limit limit) {
    const auto most = plan.limit(limit);
    return most ? grouped(*most) : "any number";
}

std::string lifted_by(const config::Plan& plan, Limit limit) {
    return "the plan " + plan.title + " allows " + amount_of(plan, limit) +
           ": caas billing checkout " + plan.id;
}

Error refusal(
    const config::Plan& plan,
    Limit limit,
    const config::Plan* lifting,
    const std::string& what,
    std::string hint,
    std::int64_t used) {
    const std::string name(config::facts(limit).name);
    auto said = grouped(used) + " of " + grouped(plan.limit(limit).value_or(0)) +
                (is_asked_for(limit) ? " asked for" : " used");
    if (lifting != nullptr)
        said += "; lifted by the plan " + lifting->id;
    return {Code::plan_limit, what, std::move(hint), {{"", "plan." + name, std::move(said)}}};
}

}  // namespace

std::int64_t count_used(
    store::Reader& reader, const OrganizationId& organization, Limit limit, Instant now) {
    const auto sql = count_sql(limit);
    if (sql.empty())
        return 0;
    store::Values values{organization};
    if (sql.find("$2") != std::string_view::npos)
        values.emplace_back(now);
    return reader.query(sql, values).front().integer(0);
}

const config::Plan* lifting_plan(const Plans& plans, Limit limit, std::int64_t wanted) {
    const config::Plan* best = nullptr;
    for (const auto& plan : plans.all()) {
        const auto most = plan.limit(limit);
        if (plan.price_cents == 0 || (most && *most < wanted))
            continue;
        if (best == nullptr || plan.price_cents < best->price_cents)
            best = &plan;
    }
    return plans.has_billing() ? best : nullptr;
}

Error over_limit(
    const Plans& plans,
    const config::Plan& plan,
    Limit limit,
    std::int64_t used,
    std::int64_t more) {
    const auto& facts = config::facts(limit);
    const auto* lifting = lifting_plan(plans, limit, used + more);
    auto what =
        "The plan " + plan.title + " allows " + counted(plan.limit(limit).value_or(0), facts);
    if (is_asked_for(limit))
        what += ", and " + grouped(more) + " were asked for";
    else if (more > 1)
        what += "; you have " + grouped(used) + " and ask for " + grouped(more) + " more";
    else if (plan.limit(limit).value_or(0) > 0)
        what += ", and you have " + grouped(used);
    return refusal(
        plan,
        limit,
        lifting,
        what,
        lifting != nullptr ? lifted_by(*lifting, limit)
                           : "do with fewer, or ask whoever runs this caas",
        is_asked_for(limit) ? more : used);
}

Error out_of_tokens(
    const Plans& plans, const config::Plan& plan, const Balance& balance, std::int64_t needed) {
    const auto limit = Limit::tokens_per_period;
    const auto granted = balance.granted();
    const auto used = balance.spent() + balance.reserved;
    // Tokens of a larger plan come on top of those that are left.
    const auto own = plan.limit(limit).value_or(0);
    const auto* lifting = lifting_plan(plans, limit, std::max({granted, needed, own}) + 1);
    const auto& facts = config::facts(limit);
    auto what = "This generation may take " + counted(needed, facts) + ", and " +
                grouped(balance.left()) + " of " + grouped(granted) + " are left";
    if (const auto end = balance.first_end())
        what += " until " + day_text(*end);
    what += " (plan " + plan.title + ")";
    auto hint = lifting != nullptr ? lifted_by(*lifting, limit)
                                   : std::string("see what took them with: caas usage --by member");
    auto said = grouped(used) + " of " + grouped(granted) + " used";
    if (lifting != nullptr)
        said += "; lifted by the plan " + lifting->id;
    return {
        Code::plan_limit,
        what,
        std::move(hint),
        {{"", "plan." + std::string(facts.name), std::move(said)}}};
}

Error over_cap(std::int64_t cap, std::int64_t cost, Instant now) {
    return {
        Code::plan_limit,
        "This generation may cost more than is left of the " + dollars(cap) +
            " that providers may cost in a month; " + dollars(cost) + " are used",
        "wait until " + day_text(calendar_month(now).end) +
            ", or raise monthly_cap_cents in [plans]",
        {{"", "plan.monthly_cap", dollars(cost) + " of " + dollars(cap) + " used"}}};
}

void require_room(
    const Plans& plans,
    store::Reader& reader,
    const OrganizationId& organization,
    Limit limit,
    std::int64_t more,
    Instant now) {
    const auto& plan = plan_in_force(plans, reader, organization, now);
    const auto most = plan.limit(limit);
    if (!most || more <= 0)
        return;
    const auto used = count_used(reader, organization, limit, now);
    if (used + more > *most)
        throw over_limit(plans, plan, limit, used, more);
}

Room::Room(
    const Plans& plans,
    store::Reader& reader,
    const OrganizationId& organization,
    Limit limit,
    Instant now)
    : plans_(plans),
      reader_(reader),
      organization_(organization),
      limit_(limit),
      now_(now),
      plan_(plan_in_force(plans, reader, organization, now)) {
    if (plan_.limit(limit))
        before_ = count_used(reader, organization, limit, now);
}

void Room::require() const {
    const auto most = plan_.limit(limit_);
    if (!most)
        return;
    const auto used = count_used(reader_, organization_, limit_, now_);
    if (used > before_ && used > *most)
        throw over_limit(plans_, plan_, limit_, before_, used - before_);
}

void require_seat(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now) {
    const auto& plan = plan_in_force(plans, reader, organization, now);
    const auto most = plan.limit(Limit::members);
    if (!most)
        return;
    const auto members = reader
                             .query(
                                 R"sql(
SELECT count(*) FROM member
WHERE organization_id = $1)sql",
                                 {organization})
                             .front()
                             .integer(0);
    if (members > *most)
        throw over_limit(plans, plan, Limit::members, members - 1, 1);
}

void require_unlocked(
    const Plans& plans,
    store::Reader& reader,
    const OrganizationId& organization,
    Lockable kind,
    std::string_view item,
    const std::string& what,
    Instant now) {
    if (!plans.may_lock() || !is_locked(reader, organization, kind, item))
        return;
    const auto limit = limit_of(kind);
    const auto& plan = plan_in_force(plans, reader, organization, now);
    const auto used = count_used(reader, organization, limit, now);
    const auto* lifting = lifting_plan(plans, limit, used);
    const auto option = kind == Lockable::account  ? "--account"
                        : kind == Lockable::member ? "--member"
                                                   : "--workspace";
    auto hint =
        "an owner chooses what stays open with: caas billing keep " + std::string(option) + " NAME";
    if (lifting != nullptr)
        hint += "; " + lifted_by(*lifting, limit);
    throw refusal(
        plan,
        limit,
        lifting,
        what + " is locked: the plan " + plan.title + " allows " +
            counted(plan.limit(limit).value_or(0), config::facts(limit)) + ", and there are " +
            grouped(used),
        std::move(hint),
        used);
}

}  // namespace caas::billing
