#include "core/delivery/queue.h"

#include <utility>

namespace caas::delivery {
namespace {

constexpr std::string_view condition = R"(WHERE p.workspace_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR p.state = $2)
    AND (CAST($3 AS TEXT) IS NULL OR p.account_id = $3)
    AND (CAST($4 AS TEXT) IS NULL OR p.content_id = $4)
    AND (CAST($5 AS BIGINT) IS NULL OR p.due_at >= $5)
    AND (CAST($6 AS BIGINT) IS NULL OR p.due_at < $6)
    AND (CAST($7 AS TEXT) IS NULL OR p.series_id = $7)
)";

constexpr std::string_view by_newest = R"(    AND (CAST($8 AS TEXT) IS NULL OR p.id < $8)
ORDER BY p.id DESC
LIMIT $9)";

constexpr std::string_view by_due =
    R"(    AND (CAST($8 AS TEXT) IS NULL OR (p.due_at, p.id) > (CAST($10 AS BIGINT), $8))
ORDER BY p.due_at, p.id
LIMIT $9)";

QueueFacts facts_of(const store::Rows& rows, Instant now) {
    const auto& row = rows.at(0);
    QueueFacts facts;
    facts.waiting = row.integer(0);
    facts.due = row.integer(1);
    facts.in_hand = row.integer(2);
    facts.unconfirmed = row.integer(3);
    facts.next_due = row.maybe_instant(4);
    if (facts.next_due && *facts.next_due < now)
        facts.lateness = now - *facts.next_due;
    return facts;
}

}  // namespace

store::Slice<Post> list_posts(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const Filter& filter,
    const store::Page& page) {
    static const auto newest =
        std::string(post_select()) + std::string(condition) + std::string(by_newest);
    static const auto due =
        std::string(post_select()) + std::string(condition) + std::string(by_due);
    const bool is_by_due = filter.order == Order::due;
    const store::PagedList list{
        .name = is_by_due ? "posts by due" : "posts",
        .owner = workspace.text(),
        .shape = is_by_due ? "ni" : "i"};
    const auto place = store::decode_cursor(page.cursor, list);
    store::Values values{
        workspace,
        filter.state ? store::Value(name(*filter.state)) : store::Value(),
        filter.account,
        filter.content,
        filter.from,
        filter.to,
        filter.series,
        place.back(),
        store::rows_for(page)};
    if (is_by_due)
        values.push_back(place.front());
    std::vector<Post> posts;
    for (const auto& row : reader.query(is_by_due ? due : newest, values))
        posts.push_back(read_post(row));
    return store::slice(std::move(posts), page, list, [&](const Post& post) {
        return is_by_due ? store::Values{post.due_at, post.id} : store::Values{post.id};
    });
}

std::vector<Instant> due_times(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const AccountId& account,
    Instant from,
    Instant to) {
    std::vector<Instant> times;
    for (const auto& row : reader.query(
             R"(SELECT due_at
FROM post
WHERE workspace_id = $1
    AND account_id = $2
    AND due_at >= $3
    AND due_at < $4
    AND state NOT IN ('canceled', 'failed', 'missed'))",
             {workspace, account, from, to}))
        times.push_back(row.instant(0));
    return times;
}

std::vector<DueParts> due_parts(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const AccountId& account,
    Instant from,
    Instant to) {
    std::vector<DueParts> found;
    for (const auto& row : reader.query(
             R"(SELECT due_at,
    CASE WHEN state = 'published' THEN parts ELSE parts - parts_published END
FROM post
WHERE workspace_id = $1
    AND account_id = $2
    AND due_at >= $3
    AND due_at < $4
    AND state NOT IN ('canceled', 'failed', 'missed')
ORDER BY due_at)",
             {workspace, account, from, to}))
        found.push_back({row.instant(0), row.integer(1)});
    return found;
}

std::vector<Published> published_since(
    store::Reader& reader, Instant from, const PostId& after, int most) {
    std::vector<Published> found;
    for (const auto& row : reader.query(
             R"(SELECT id, workspace_id, account_id, platform, settled_at
FROM post
WHERE state = 'published'
    AND (settled_at, id) > ($1, $2)
ORDER BY settled_at, id
LIMIT $3)",
             {from, after, most}))
        found.push_back(
            {row.id<PostId>(0),
             row.id<WorkspaceId>(1),
             row.id<AccountId>(2),
             row.text(3),
             row.instant(4)});
    return found;
}

QueueFacts queue_facts(store::Reader& reader, Instant now) {
    return facts_of(
        reader.query(
            R"(SELECT
    (SELECT count(*) FROM post WHERE wake_at IS NOT NULL),
    (SELECT count(*) FROM post WHERE wake_at IS NOT NULL AND wake_at <= $1),
    (SELECT count(*) FROM lane WHERE held_by IS NOT NULL),
    (SELECT count(*) FROM post WHERE state IN ('paused', 'unconfirmed') AND state = 'unconfirmed'),
    (SELECT min(wake_at) FROM lane WHERE wake_at IS NOT NULL))",
            {now}),
        now);
}

QueueFacts queue_facts(store::Reader& reader, const WorkspaceId& workspace, Instant now) {
    return facts_of(
        reader.query(
            R"(SELECT
    (SELECT count(*) FROM post WHERE workspace_id = $1 AND wake_at IS NOT NULL),
    (SELECT count(*) FROM post WHERE workspace_id = $1 AND wake_at IS NOT NULL AND wake_at <= $2),
    (SELECT count(*) FROM lane l JOIN account a ON a.id = l.account_id
        WHERE a.workspace_id = $1 AND l.held_by IS NOT NULL),
    (SELECT count(*) FROM post
        WHERE workspace_id = $1 AND state IN ('paused', 'unconfirmed') AND state = 'unconfirmed'),
    (SELECT min(l.wake_at) FROM lane l JOIN account a ON a.id = l.account_id
        WHERE a.workspace_id = $1 AND l.wake_at IS NOT NULL))",
            {workspace, now}),
        now);
}

}  // namespace caas::delivery
