#include "core/delivery/queue.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"

namespace caas::delivery {
namespace {

struct Place {
    std::optional<std::int64_t> due_ms;
    std::optional<std::string> id;
};

// "<milliseconds>_<id>": opaque to callers, checked because it comes back from them.
std::string cursor_of(const Post& post) {
    return std::to_string(to_ms(post.due_at)) + "_" + post.id.text();
}

Place parse_cursor(const std::string& cursor) {
    if (cursor.empty())
        return {};
    const auto bar = cursor.find('_');
    std::int64_t ms = 0;
    const char* const end = cursor.data() + std::min(bar, cursor.size());
    const auto [stopped, fault] = std::from_chars(cursor.data(), end, ms);
    if (bar == std::string::npos || fault != std::errc() || stopped != end ||
        !is_uuid(std::string_view(cursor).substr(bar + 1)))
        throw Error(
            Code::invalid, "The cursor is not one of this list.", "Begin again without a cursor.");
    return {ms, cursor.substr(bar + 1)};
}

constexpr std::string_view condition = R"(WHERE p.workspace_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR p.state = $2)
    AND (CAST($3 AS TEXT) IS NULL OR p.account_id = $3)
    AND (CAST($4 AS TEXT) IS NULL OR p.content_id = $4)
    AND (CAST($5 AS BIGINT) IS NULL OR p.due_at >= $5)
    AND (CAST($6 AS BIGINT) IS NULL OR p.due_at < $6)
)";

constexpr std::string_view by_newest = R"(    AND (CAST($7 AS TEXT) IS NULL OR p.id < $7)
ORDER BY p.id DESC
LIMIT $8)";

constexpr std::string_view by_due =
    R"(    AND (CAST($7 AS TEXT) IS NULL OR (p.due_at, p.id) > (CAST($9 AS BIGINT), $7))
ORDER BY p.due_at, p.id
LIMIT $8)";

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

Page list_posts(store::Reader& reader, const WorkspaceId& workspace, const Filter& filter) {
    static const auto newest =
        std::string(post_select()) + std::string(condition) + std::string(by_newest);
    static const auto due =
        std::string(post_select()) + std::string(condition) + std::string(by_due);
    const auto place = parse_cursor(filter.cursor);
    const auto most = std::clamp(filter.limit, 1, 200);
    store::Values values{
        workspace,
        filter.state ? store::Value(name(*filter.state)) : store::Value(),
        filter.account,
        filter.content,
        filter.from,
        filter.to,
        place.id,
        most + 1};
    if (filter.order == Order::due)
        values.emplace_back(place.due_ms);
    const auto rows = reader.query(filter.order == Order::due ? due : newest, values);
    Page page;
    for (const auto& row : rows) {
        if (page.posts.size() == static_cast<std::size_t>(most)) {
            page.next_cursor = cursor_of(page.posts.back());
            break;
        }
        page.posts.push_back(read_post(row));
    }
    return page;
}

QueueFacts queue_facts(store::Reader& reader, Instant now) {
    return facts_of(
        reader.query(
            R"(SELECT
    (SELECT count(*) FROM post WHERE wake_at IS NOT NULL),
    (SELECT count(*) FROM post WHERE wake_at IS NOT NULL AND wake_at <= $1),
    (SELECT count(*) FROM lane WHERE held_by IS NOT NULL),
    (SELECT count(*) FROM post WHERE state = 'unconfirmed'),
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
    (SELECT count(*) FROM post WHERE workspace_id = $1 AND state = 'unconfirmed'),
    (SELECT min(l.wake_at) FROM lane l JOIN account a ON a.id = l.account_id
        WHERE a.workspace_id = $1 AND l.wake_at IS NOT NULL))",
            {workspace, now}),
        now);
}

}  // namespace caas::delivery
