// How posts are found and read.
#include <utility>

#include "core/base/error.h"
#include "core/delivery/post.h"
#include "core/store/fragment.h"
#include "core/store/list.h"

namespace caas::delivery {
namespace {

constexpr store::FragmentQueries fragment_queries{
    R"(SELECT id
FROM post
WHERE workspace_id = $1
    AND id >= $2
    AND id < $3
ORDER BY id DESC
LIMIT 5)",
    R"(SELECT id
FROM post
WHERE workspace_id = $1
    AND id LIKE $2
ORDER BY id DESC
LIMIT 5)"};

}  // namespace

std::string_view post_select() {
    return R"(SELECT p.id, p.workspace_id, p.account_id, p.content_id, p.version_id, p.platform,
    a.name, v.number, p.state, p.due_at, p.wake_at, p.local_time, p.zone, p.time_note, p.tries,
    p.looks, p.parts, p.parts_published, p.remote_id, p.url, p.code, p.message, p.created_at,
    p.updated_at, p.settled_at, p.series_id, p.occurrence, p.removed_at
FROM post p
JOIN account a ON a.id = p.account_id
JOIN version v ON v.id = p.version_id
)";
}

Post read_post(const store::Row& row) {
    Post post;
    post.id = row.id<PostId>(0);
    post.workspace = row.id<WorkspaceId>(1);
    post.account = row.id<AccountId>(2);
    post.content = row.id<ContentId>(3);
    post.version = row.id<VersionId>(4);
    post.platform = row.text(5);
    post.account_name = row.text(6);
    post.version_number = row.integer(7);
    const auto state = parse_post_state(row.text(8));
    if (!state)
        throw Error(Code::storage_corrupt, "A post is in the unknown state '" + row.text(8) + "'.");
    post.state = *state;
    post.due_at = row.instant(9);
    post.wake_at = row.maybe_instant(10);
    post.local_time = row.maybe_text(11).value_or("");
    post.zone = row.maybe_text(12).value_or("");
    post.time_note = row.maybe_text(13).value_or("");
    post.tries = static_cast<int>(row.integer(14));
    post.looks = static_cast<int>(row.integer(15));
    post.parts = static_cast<int>(row.integer(16));
    post.parts_published = static_cast<int>(row.integer(17));
    post.remote_id = row.maybe_text(18).value_or("");
    post.url = row.maybe_text(19).value_or("");
    post.code = row.maybe_text(20).value_or("");
    post.message = row.maybe_text(21).value_or("");
    post.created_at = row.instant(22);
    post.updated_at = row.instant(23);
    post.settled_at = row.maybe_instant(24);
    if (!row.is_null(25))
        post.series = row.id<SeriesId>(25);
    post.occurrence = row.maybe_text(26).value_or("");
    post.removed_at = row.maybe_instant(27);
    return post;
}

Post get_post(store::Reader& reader, const WorkspaceId& workspace, const PostId& id) {
    static const auto sql =
        std::string(post_select()) + "WHERE p.workspace_id = $1\n    AND p.id = $2";
    const auto rows = reader.query(sql, {workspace, id});
    if (rows.empty())
        throw Error(
            Code::not_found, "There is no post " + id.text() + ".", "caas posts list shows them");
    return read_post(rows[0]);
}

std::optional<Post> find_post(store::Reader& reader, const PostId& id) {
    static const auto sql = std::string(post_select()) + "WHERE p.id = $1";
    const auto rows = reader.query(sql, {id});
    if (rows.empty())
        return std::nullopt;
    return read_post(rows[0]);
}

PostId resolve_post(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view fragment) {
    const auto id = store::find_by_fragment(reader, fragment_queries, workspace, fragment, "post");
    if (!id)
        throw Error(
            Code::not_found,
            "There is no post " + std::string(fragment.substr(0, 40)) + ".",
            "caas posts list shows them");
    return PostId(*id);
}

// Without the names, which are for people.
std::vector<Post> first_posts(store::Reader& reader, std::span<const AccountId> accounts) {
    std::vector<Post> posts;
    if (accounts.empty())
        return posts;
    store::Values values;
    store::add_list(values, accounts);
    const auto sql = store::with_list(
        R"(SELECT p.id, p.workspace_id, p.account_id, p.content_id, p.version_id, p.platform, '' AS name,
    0 AS number, p.state, p.due_at, p.wake_at, p.local_time, p.zone, p.time_note, p.tries, p.looks,
    p.parts, p.parts_published, p.remote_id, p.url, p.code, p.message, p.created_at, p.updated_at,
    p.settled_at, p.series_id, p.occurrence, p.removed_at
FROM lane l
JOIN post p ON p.id = (SELECT q.id FROM post q
    WHERE q.account_id = l.account_id AND q.wake_at IS NOT NULL
    ORDER BY q.wake_at, q.due_at, q.id
    LIMIT 1)
WHERE l.account_id IN (…))",
        accounts.size());
    for (const auto& row : reader.query(sql, values))
        posts.push_back(read_post(row));
    return posts;
}

std::optional<Instant> last_published(store::Reader& reader) {
    const auto rows = reader.query(
        R"(SELECT settled_at
FROM post
WHERE state = 'published'
ORDER BY settled_at DESC
LIMIT 1)",
        {});
    return rows.empty() ? std::nullopt : rows[0].maybe_instant(0);
}

bool has_occurrence(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const SeriesId& series,
    std::string_view occurrence) {
    return !reader
                .query(
                    R"(SELECT 1
FROM post
WHERE workspace_id = $1
    AND series_id = $2
    AND occurrence = $3)",
                    {workspace, series, occurrence})
                .empty();
}

// Each kind is found by an index of its own, but what is published: that of all accounts, of which
// what is of other identities is left out at once, for an installation may publish a million in a
// week. What a restore held back is out by a person's word alone, without a step.
Made made_by_others(
    store::Reader& reader, const Post& post, std::span<const AccountId> accounts, Instant since) {
    if (accounts.empty())
        return {};
    store::Values values{post.id, since};
    store::add_list(values, accounts);
    const auto sql = store::with_list(
        R"(WITH mine AS (SELECT id FROM account WHERE id IN (…))
SELECT COALESCE(t.remote_id, CASE WHEN t.id IS NULL THEN p.remote_id END),
    COALESCE(t.url, CASE WHEN t.id IS NULL THEN p.url END), COALESCE(t.ended_at, p.settled_at),
    p.workspace_id, p.version_id
FROM post p
LEFT JOIN attempt t ON t.post_id = p.id AND t.state = 'done' AND t.publishes = 1
WHERE p.id IN (
        SELECT id FROM post
        WHERE state = 'published' AND settled_at >= $2 AND account_id IN (SELECT id FROM mine)
        UNION
        SELECT id FROM post
        WHERE account_id IN (SELECT id FROM mine) AND state IN ('paused', 'unconfirmed')
        UNION
        SELECT id FROM post
        WHERE account_id IN (SELECT id FROM mine) AND wake_at IS NOT NULL AND parts_published > 0
        UNION
        SELECT id FROM post
        WHERE account_id IN (SELECT id FROM mine) AND updated_at >= $2
            AND state = 'failed' AND parts_published > 0
        UNION
        SELECT post_id FROM lane
        WHERE account_id IN (SELECT id FROM mine) AND post_id IS NOT NULL)
    AND p.id <> $1
    AND p.parts_published > 0)",
        accounts.size(),
        3);
    Made made;
    for (const auto& row : reader.query(sql, values)) {
        auto id = row.maybe_text(0).value_or("");
        auto url = row.maybe_text(1).value_or("");
        if (id.empty()) {
            // A thread that waits may have been half out for years.
            if (row.maybe_instant(2).value_or(since) >= since)
                made.seen.push_back({row.id<WorkspaceId>(3), row.id<VersionId>(4), std::move(url)});
            continue;
        }
        made.names.push_back(std::move(id));
        if (!url.empty())
            made.names.push_back(std::move(url));
    }
    return made;
}

}  // namespace caas::delivery
