// From a version to posts: checks it against the rules of each account's platform and gives each
// account its time. All posts of one order are made in one transaction, or none.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/access/principal.h"
#include "core/base/id.h"
#include "core/content/body.h"
#include "core/content/version.h"
#include "core/delivery/change.h"
#include "core/delivery/post.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/platform/lint.h"

namespace caas::flow {

// When a post is to go out, as somebody said it; at most one way, the zone aside.
struct When {
    std::optional<Instant> at;
    std::optional<std::string> local;  // "2026-12-01 09:00", in `zone`
    std::optional<std::int64_t> in_seconds;
    std::optional<std::string> zone;  // default: the account's, then the workspace's
    bool next_slot = false;           // the account's next weekly slot that is free
};

struct PostOrder {
    std::string content;                  // id or a part of it
    std::optional<std::int64_t> version;  // default: the newest
    std::vector<std::string> accounts;    // names, ids or parts of them
    When when{};
    // A rule of recurrence (flow/series.h); then `when` has nothing, or a local time to start at.
    std::optional<std::string> every{};
};

// Sees what was made in the transaction that makes it, which may be run again.
using SeeMade = std::function<void(store::Reader&, std::span<const delivery::Post>)>;

// Throws Error: not_found, invalid (no such time or zone, a time in the past), content_rejected
// with a detail for each broken rule, conflict (the account cannot publish); and what `see` throws:
// then nothing was made.
std::vector<delivery::Post> make_posts(
    const Tools& tools,
    const access::Principal& principal,
    const PostOrder& order,
    const SeeMade& see = {});

// Many orders as one: all their posts are made in one transaction, or none. What is wrong with one
// of them is told with its place: a detail's pointer begins with "/items/3".
std::vector<delivery::Post> make_posts(
    const Tools& tools, const access::Principal& principal, const std::vector<PostOrder>& orders);

// The same for one account, without making anything.
delivery::DueTime due_time(const When& when, const std::string& default_zone, Instant now);

// The zone in which a local time is meant that names none: the account's, then the workspace's.
std::string usual_zone(
    store::Reader& reader, const access::Principal& principal, const platform::Account& account);

// Lints a body for one account: its platform's rules with what the account itself allows (the
// limits of a Mastodon instance); media insisted on.
platform::Report lint_for(
    const Tools& tools,
    store::Reader& reader,
    const content::Body& body,
    const platform::Account& account);

// The version of that number, or the newest. Throws Error(not_found).
content::Version pick_version(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::optional<std::int64_t> number);

// Throws Error(content_rejected) when the report of that content has errors.
void require_valid(const platform::Report& report, const ContentId& content);

// Makes the pictures of a content fit where it is going, before posts are made or another version
// is pinned; never inside a transaction. What is wrong with the names, those who plan say. Throws
// Error as fit_media does.
void fit_posts(
    const Tools& tools,
    const WorkspaceId& workspace,
    const std::string& content,
    const std::optional<std::int64_t>& version,
    const std::vector<std::string>& accounts);

// The same for another version of the content of a post, by the post's id or a part of it.
void fit_post(
    const Tools& tools, const WorkspaceId& workspace, std::string_view post, std::int64_t version);

// Pins another version of the same content to a post; the same checks, and forecast.h's where it
// has more parts.
delivery::Post repin_post(
    const Tools& tools,
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& post,
    std::int64_t version);

// Moves a post to another time; one that was over waits again, where the plan has room for it.
// `is_active`: whether its account is. Throws Error as delivery::move and require_room of
// forecast.h, and plan_limit.
delivery::Post move_post(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const PostId& id,
    const When& when,
    bool is_active);

// Whether the plan of the organization allows them: throws Error(plan_limit) for more that wait
// than it allows, and for an account that it has locked. What is due now does not wait.
void require_plan(
    const Tools& tools,
    store::Reader& reader,
    const OrganizationId& organization,
    const std::vector<delivery::NewPost>& posts,
    Instant now);

}  // namespace caas::flow
