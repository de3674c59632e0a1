#include "core/delivery/post.h"

#include <map>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/lane.h"
#include "core/delivery/together.h"
#include "core/delivery/turn.h"

namespace caas::delivery {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// Ends so that what an index knows of a state can be added, word for word.
constexpr std::string_view save_all_sql = R"(UPDATE post
SET state = $3, updated_at = $4,
    code = CASE WHEN code = 'rate_limited' THEN NULL ELSE code END,
    message = CASE WHEN code = 'rate_limited' THEN NULL ELSE message END,
    wake_at = CASE CAST($5 AS BIGINT) WHEN 1 THEN due_at WHEN 2 THEN CAST($4 AS BIGINT) END,
    settled_at = CASE CAST($7 AS BIGINT) WHEN 1 THEN CAST($4 AS BIGINT) END
WHERE account_id = $1
    AND state = $2
    AND (CAST($6 AS BIGINT) IS NULL
        OR CASE WHEN EXISTS (SELECT 1 FROM attempt t WHERE t.post_id = post.id) THEN 1 ELSE 0 END
            = $6))";

[[noreturn]] void refuse(PostState from, Event event, PostState to) {
    throw Error(
        Code::internal,
        "A post may not pass from " + std::string(name(from)) + " to " + std::string(name(to)) +
            " by " + std::string(name(event)) + ".");
}

Post as_stored(const NewPost& wanted, Instant now) {
    Post post;
    post.id = wanted.id;
    post.workspace = wanted.workspace;
    post.account = wanted.account;
    post.content = wanted.content;
    post.version = wanted.version;
    post.platform = wanted.platform;
    post.account_name = wanted.account_name;
    post.version_number = wanted.version_number;
    post.state = wanted.is_draft            ? PostState::draft
                 : wanted.account_is_active ? PostState::scheduled
                                            : PostState::paused;
    post.due_at = wanted.due_at;
    if (post.state == PostState::scheduled)
        post.wake_at = wanted.due_at;
    post.local_time = wanted.local_time;
    post.zone = wanted.zone;
    post.time_note = wanted.time_note;
    post.parts = wanted.parts;
    post.created_at = now;
    post.updated_at = now;
    post.series = wanted.series;
    post.occurrence = wanted.occurrence;
    return post;
}

// Leaves out what only people change, and with it the indices on that.
constexpr std::string_view save_held_sql = R"(UPDATE post
SET state = $5, wake_at = $6, tries = $7, looks = $8, parts_published = $9, remote_id = $10,
    url = $11, code = $12, message = $13, updated_at = $14, settled_at = $15
WHERE id = $1
    AND state = $2
    AND version_id = $3
    AND wake_at IS NOT DISTINCT FROM $4)";

store::Values values_of(const Saving& saving) {
    const auto& before = *saving.before;
    const auto* after = &before;
    for (const auto& [event, next] : *saving.passages) {
        if (!is_allowed(after->state, event, next.state))
            refuse(after->state, event, next.state);
        after = &next;
    }
    return {
        before.id,
        name(before.state),
        before.version,
        before.wake_at,
        name(after->state),
        after->wake_at,
        after->tries,
        after->looks,
        after->parts_published,
        unless_empty(after->remote_id),
        unless_empty(after->url),
        unless_empty(after->code),
        unless_empty(after->message),
        after->updated_at,
        after->settled_at};
}

}  // namespace

void enter(Post& post, PostState state, Instant now) {
    post.state = state;
    post.updated_at = now;
    post.settled_at = is_settled(state) ? std::optional(now) : std::nullopt;
}

void insert_post(store::Transaction& transaction, const NewPost& post, Instant now) {
    insert_posts(transaction, {post}, now);
}

std::vector<Post> insert_posts(
    store::Transaction& transaction, const std::vector<NewPost>& posts, Instant now) {
    std::vector<Post> made;
    made.reserve(posts.size());
    std::vector<store::Values> rows;
    rows.reserve(posts.size());
    std::map<AccountId, std::optional<Instant>> wakes;
    for (const auto& wanted : posts) {
        const auto& post = made.emplace_back(as_stored(wanted, now));
        rows.push_back(
            {post.id,
             post.workspace,
             post.account,
             post.content,
             post.version,
             post.platform,
             name(post.state),
             post.due_at,
             post.wake_at,
             unless_empty(post.local_time),
             unless_empty(post.zone),
             unless_empty(post.time_note),
             post.parts,
             now,
             post.series,
             unless_empty(post.occurrence)});
        auto& wake = wakes[post.account];
        if (post.wake_at && (!wake || *post.wake_at < *wake))
            wake = post.wake_at;
    }
    transaction.execute_each(
        R"(INSERT INTO post (id, workspace_id, account_id, content_id, version_id, platform, state,
    due_at, wake_at, local_time, zone, time_note, tries, looks, parts, parts_published, created_at,
    updated_at, series_id, occurrence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, $13, 0, $14, $14, $15, $16))",
        rows);
    wake_lanes(transaction, wakes);
    return made;
}

void save(store::Transaction& transaction, const Post& before, const Post& after, Event event) {
    if (!is_allowed(before.state, event, after.state))
        refuse(before.state, event, after.state);
    const auto changed = transaction.execute(
        R"(UPDATE post
SET state = $3, due_at = $4, wake_at = $5, local_time = $6, zone = $7, time_note = $8, tries = $9,
    looks = $10, parts_published = $11, remote_id = $12, url = $13, code = $14, message = $15,
    updated_at = $16, settled_at = $17
WHERE id = $1
    AND state = $2)",
        {before.id,
         name(before.state),
         name(after.state),
         after.due_at,
         after.wake_at,
         unless_empty(after.local_time),
         unless_empty(after.zone),
         unless_empty(after.time_note),
         after.tries,
         after.looks,
         after.parts_published,
         unless_empty(after.remote_id),
         unless_empty(after.url),
         unless_empty(after.code),
         unless_empty(after.message),
         after.updated_at,
         after.settled_at});
    if (changed != 1)
        throw Error(
            Code::conflict,
            "The post " + before.id.text() + " is no longer " + std::string(name(before.state)) +
                ".");
    if (before.wake_at == after.wake_at)
        return;
    if (before.code == waiting_code)
        wake_those_behind(transaction, before, after.updated_at);
    reset_lane(transaction, before.account);
}

std::vector<bool> save_held(store::Transaction& transaction, std::span<const Saving> savings) {
    std::vector<store::Values> rows;
    rows.reserve(savings.size());
    for (const auto& saving : savings)
        rows.push_back(values_of(saving));
    std::vector<bool> is_saved;
    is_saved.reserve(rows.size());
    for (const auto changed : transaction.execute_each(save_held_sql, rows))
        is_saved.push_back(changed == 1);
    return is_saved;
}

store::Batch saving_of(std::span<const Held> posts) {
    static const auto sql = std::string(save_held_sql) +
                            "\n    AND EXISTS (SELECT 1 FROM lane"
                            " WHERE account_id = $16 AND held_by = $17 AND fence = $18)";
    store::Batch batch{sql, {}, true};
    batch.rows.reserve(posts.size());
    for (const auto& held : posts) {
        auto& row = batch.rows.emplace_back(values_of(held.saving));
        row.insert(row.end(), {held.lane->account, held.lane->engine, held.lane->fence});
    }
    return batch;
}

std::int64_t save_all(
    store::Transaction& transaction,
    const AccountId& account,
    PostState from,
    PostState to,
    Event event,
    Touched touched,
    Instant now) {
    if (!is_allowed(from, event, to))
        refuse(from, event, to);
    // A post wakes at its time, also one that was under way: what was due later stays behind it. A
    // doubt is looked into at once.
    const auto wakes = event != Event::resume ? 0 : to == PostState::unconfirmed ? 2 : 1;
    static const auto all = std::string(save_all_sql);
    static const auto waiting = all + "\n    AND wake_at IS NOT NULL";
    // What is being looked at just now is for whoever does.
    static const auto stuck = all + R"(
    AND state IN ('paused', 'unconfirmed')
    AND NOT EXISTS (SELECT 1 FROM lane l
        WHERE l.account_id = $1 AND l.post_id = post.id AND l.held_by IS NOT NULL))";
    // What a restore held back (held_back_code) is a person's matter: no look could tell whether
    // the rest of it went out.
    static const auto doubtful = stuck + "\n    AND (code IS NULL OR code <> 'restored')";
    const auto& sql = wakes == 2                                                    ? doubtful
                      : from == PostState::scheduled || from == PostState::retrying ? waiting
                      : from == PostState::paused || from == PostState::unconfirmed ? stuck
                                                                                    : all;
    const auto which = touched == Touched::any ? std::optional<int>()
                                               : std::optional(touched == Touched::yes ? 1 : 0);
    return transaction.execute(
        sql, {account, name(from), name(to), now, wakes, which, is_settled(to)});
}

void save_version(
    store::Transaction& transaction,
    const PostId& post,
    const VersionId& version,
    int parts,
    Instant now) {
    transaction.execute(
        R"(UPDATE post
SET version_id = $2, parts = $3, updated_at = $4
WHERE id = $1)",
        {post, version, parts, now});
}

}  // namespace caas::delivery
