#include "core/flow/plan.h"

#include <algorithm>
#include <set>

#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/gate.h"
#include "core/content/content.h"
#include "core/delivery/change.h"
#include "core/flow/forecast.h"
#include "core/flow/media.h"

namespace caas::flow {
namespace {

// A time just gone by is taken as now: the person typed it a moment ago.
constexpr auto grace = std::chrono::seconds(60);
constexpr auto furthest = std::chrono::hours(24 * 366 * 5);

Resolved resolve_local(const std::string& local, const std::string& zone) {
    const auto parsed = parse_local(local);
    if (!parsed)
        throw Error(
            Code::invalid,
            "`" + local.substr(0, 40) + "` is not a time",
            "write it as \"2026-12-01 09:00\"",
            {{"/at", "format", "must be a date and a time"}});
    return resolve(*parsed, zone);
}

std::string_view note_of(Resolved::Kind kind) {
    switch (kind) {
        case Resolved::Kind::moved_forward:
            return "moved_forward";
        case Resolved::Kind::first_of_two:
            return "first_of_two";
        case Resolved::Kind::unique:
            break;
    }
    return "";
}

// Not locked by the plan.
void require_account(
    const Tools& tools,
    store::Reader& reader,
    const OrganizationId& organization,
    const AccountId& account,
    const std::string& account_name,
    Instant now) {
    billing::require_unlocked(
        tools.plans(),
        reader,
        organization,
        billing::Lockable::account,
        account.view(),
        "The account " + account_name,
        now);
}

int parts_of(const content::Body& body, std::string_view platform) {
    return static_cast<int>(content::parts_for(body, platform).size());
}

}  // namespace

content::Version pick_version(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::optional<std::int64_t> number) {
    if (!number)
        return content::get(reader, workspace, content).version;
    auto version = content::find_version(reader, workspace, content, *number);
    if (!version)
        throw Error(
            Code::not_found,
            "The content has no version " + std::to_string(*number),
            "`caas content versions " + content.text() + "` lists them");
    return *std::move(version);
}

std::string usual_zone(
    store::Reader& reader, const access::Principal& principal, const platform::Account& account) {
    if (account.zone)
        return *account.zone;
    const auto place = access::find_workspace(reader, principal.organization, principal.workspace);
    return place ? place->zone : "UTC";
}

delivery::DueTime due_time(const When& when, const std::string& default_zone, Instant now) {
    delivery::DueTime due;
    due.zone = when.zone.value_or(default_zone);
    if (when.at) {
        due.at = *when.at;
    } else if (when.in_seconds) {
        due.at = now + std::chrono::seconds(*when.in_seconds);
    } else if (when.local) {
        const auto resolved = resolve_local(*when.local, due.zone);
        due.at = resolved.instant;
        due.local_time = *when.local;
        due.note = note_of(resolved.kind);
    } else {
        due.at = now;
    }
    const std::string field = when.local ? "/at" : when.in_seconds ? "/in_seconds" : "/due_at";
    if (due.at < now - grace)
        throw Error(
            Code::invalid,
            "The time " + to_local_text(due.at, due.zone) + " is in the past",
            "it is " + to_local_text(now, due.zone) + " now",
            {{field, "past", "must be in the future"}});
    if (due.at > now + furthest)
        throw Error(
            Code::invalid,
            "The time " + to_local_text(due.at, due.zone) + " is more than five years away",
            "check the year",
            {{field, "range", "must be within five years"}});
    return due;
}

platform::Report lint_for(
    const Tools& tools,
    store::Reader& reader,
    const content::Body& body,
    const platform::Account& account) {
    auto limits = platform::limits_of(account);
    limits.needs_alt = tools.settings.truth("media.needs_alt");
    return platform::lint(
        platform::get(account.platform),
        platform_parts(tools, reader, account.workspace, body, account.platform, limits),
        platform::MediaRule::must_be_there,
        limits,
        content::options_for(body, account.platform));
}

void require_valid(const platform::Report& report, const ContentId& content) {
    if (report.is_valid())
        return;
    std::vector<Detail> details;
    for (const auto& issue : report.issues) {
        if (issue.severity == platform::Severity::error)
            details.push_back({"/parts/" + std::to_string(issue.part), issue.rule, issue.message});
    }
    const auto first = details.front().message;
    throw Error(
        Code::content_rejected,
        "The content breaks a rule of " + report.platform + ": " + first,
        "see `caas lint " + content.text() + " --platform " + report.platform +
            "`, then `caas content edit " + content.text() + "`",
        std::move(details));
}

delivery::Post repin_post(
    const Tools& tools,
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& post,
    std::int64_t number) {
    const auto now = tools.clock.now();
    const auto before = delivery::get_post(transaction, workspace, post);
    const auto version = pick_version(transaction, workspace, before.content, number);
    const auto account = platform::get_account(transaction, workspace, before.account.text());
    require_valid(lint_for(tools, transaction, version.body, account), version.content);
    auto after = delivery::repin(
        transaction, workspace, post, version.id, parts_of(version.body, account.platform), now);
    if (after.parts > before.parts)
        require_room(tools, transaction, {after});
    return after;
}

delivery::Post move_post(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const PostId& id,
    const When& when,
    bool is_active) {
    const auto now = tools.clock.now();
    const auto& workspace = principal.workspace;
    const billing::Room room(
        tools.plans(), transaction, principal.organization, config::Limit::scheduled_posts, now);
    const auto before = delivery::get_post(transaction, workspace, id);
    // An instant says nothing of zones: the post is shown in the one that it had.
    const auto zone =
        when.local
            ? usual_zone(
                  transaction, principal, platform::load_account(transaction, before.account))
            : before.zone;
    auto moved =
        delivery::move(transaction, workspace, id, due_time(when, zone, now), is_active, now);
    room.require();
    // What waits already goes out all the same; what begins to wait is as good as new.
    const bool has_waited = before.state == delivery::PostState::scheduled ||
                            before.state == delivery::PostState::paused;
    if (!has_waited)
        require_account(
            tools, transaction, principal.organization, before.account, before.account_name, now);
    require_room(tools, transaction, {moved});
    return moved;
}

void require_plan(
    const Tools& tools,
    store::Reader& reader,
    const OrganizationId& organization,
    const std::vector<delivery::NewPost>& posts,
    Instant now) {
    const auto& plans = tools.plans();
    std::set<AccountId> seen;
    for (const auto& post : posts) {
        if (seen.insert(post.account).second)
            require_account(tools, reader, organization, post.account, post.account_name, now);
    }
    const auto waiting =
        std::count_if(posts.begin(), posts.end(), [&](const delivery::NewPost& post) {
            return post.due_at > now;
        });
    billing::require_room(
        plans, reader, organization, config::Limit::scheduled_posts, waiting, now);
}

}  // namespace caas::flow
