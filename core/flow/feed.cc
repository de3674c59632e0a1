#include "core/flow/feed.h"

#include <algorithm>
#include <charconv>

#include "core/base/digest.h"
#include "core/base/error.h"

namespace caas::flow {
namespace {

// No commit takes longer than this after its time was read.
constexpr auto slowest_commit = std::chrono::seconds(5);
// Retries go on for a day by default; later ones are few and told when they are due anew.
constexpr auto restless = std::chrono::hours(26);
constexpr auto oldest_cursor = std::chrono::hours(24);
// More than the largest order of posts at once.
constexpr std::int64_t most_changes = 2000;
constexpr std::size_t digest_digits = 16;
constexpr std::string_view start_digest = "0";  // of a cursor that has seen nothing yet

struct Cursor {
    Instant at{};
    std::string digest;  // of the changes in the time just before `at`
};

std::string text_of(const Cursor& cursor) {
    return std::to_string(to_ms(cursor.at)) + "-" + cursor.digest;
}

Cursor parse_cursor(std::string_view text) {
    const auto dash = std::min(text.find('-'), text.size());
    std::int64_t ms = 0;
    const auto read = std::from_chars(text.data(), text.data() + dash, ms);
    const auto digest = text.substr(std::min(dash + 1, text.size()));
    const bool is_ours = read.ec == std::errc{} && read.ptr == text.data() + dash && ms > 0 &&
                         !digest.empty() && digest.size() <= digest_digits &&
                         digest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    // Far from the ends of what can be counted.
    constexpr std::int64_t most_ms = 253'402'300'799'999;  // the year 9999
    if (!is_ours || ms > most_ms)
        throw Error(
            Code::invalid,
            "The cursor was not given out here",
            "leave `after` out to start at this moment",
            {{"/after", "format", "is no cursor of this route"}});
    return {from_ms(ms), std::string(digest)};
}

std::string digest_of(const std::vector<Change>& changes, Instant after) {
    std::string whole;
    for (const auto& change : changes) {
        if (change.updated_at > after)
            whole += change.id + change.state + std::to_string(to_ms(change.updated_at)) + ";";
    }
    return whole.empty() ? std::string(start_digest) : sha256_hex(whole).substr(0, digest_digits);
}

void take(std::vector<Change>& into, std::string_view kind, const store::Rows& rows) {
    for (const auto& row : rows)
        into.push_back({kind, row.text(0), row.id<WorkspaceId>(1), row.text(2), row.instant(3)});
}

std::vector<Change> changes_after(
    store::Reader& reader,
    const OrganizationId& organization,
    const std::optional<WorkspaceId>& only,
    Instant after,
    Instant now) {
    const auto workspace = only ? std::optional(only->text()) : std::nullopt;
    std::vector<Change> out;
    take(
        out,
        "post",
        reader.query(
            R"(SELECT p.id, p.workspace_id, p.state, p.updated_at
FROM workspace w
JOIN post p ON p.workspace_id = w.id
WHERE w.organization_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR w.id = $2)
    AND p.due_at >= $3
    AND p.updated_at > $4
ORDER BY p.updated_at, p.id
LIMIT $5)",
            {organization, workspace, now - restless, after, most_changes}));
    // What was due earlier and went out since, or was said to: by the index of what is measured.
    take(
        out,
        "post",
        reader.query(
            R"(SELECT p.id, p.workspace_id, p.state, p.updated_at
FROM post p
JOIN workspace w ON w.id = p.workspace_id
WHERE p.state = 'published'
    AND p.settled_at > $4
    AND p.due_at < $3
    AND p.updated_at > $4
    AND w.organization_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR w.id = $2)
ORDER BY p.settled_at, p.id
LIMIT $5)",
            {organization, workspace, now - restless, after, most_changes}));
    take(
        out,
        "content",
        reader.query(
            R"(SELECT c.id, c.workspace_id,
    CASE WHEN c.deleted_at IS NULL THEN 'present' ELSE 'deleted' END, c.updated_at
FROM workspace w
JOIN content c ON c.workspace_id = w.id
WHERE w.organization_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR w.id = $2)
    AND c.updated_at > $3
ORDER BY c.updated_at, c.id
LIMIT $4)",
            {organization, workspace, after, most_changes}));
    take(
        out,
        "account",
        reader.query(
            R"(SELECT a.id, a.workspace_id, a.state, a.updated_at
FROM workspace w
JOIN account a ON a.workspace_id = w.id
WHERE w.organization_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR w.id = $2)
    AND a.updated_at > $3
ORDER BY a.updated_at, a.id
LIMIT $4)",
            {organization, workspace, after, most_changes}));
    std::stable_sort(out.begin(), out.end(), [](const Change& a, const Change& b) {
        return a.updated_at < b.updated_at;
    });
    return out;
}

}  // namespace

std::string feed_start(Instant now) {
    return text_of({now, std::string(start_digest)});
}

Changes feed_after(
    store::Reader& reader,
    const OrganizationId& organization,
    const std::optional<WorkspaceId>& only,
    std::string_view cursor,
    Instant now) {
    const auto seen = parse_cursor(cursor);
    Changes out;
    if (now - seen.at > oldest_cursor) {
        out.must_read_again = true;
        out.cursor = feed_start(now);
        return out;
    }
    const auto after = seen.at - slowest_commit;
    out.items = changes_after(reader, organization, only, after, now);
    if (out.items.size() >= static_cast<std::size_t>(most_changes)) {
        out.items.clear();
        out.must_read_again = true;
        out.cursor = feed_start(now);
        return out;
    }
    if (digest_of(out.items, after) == seen.digest) {
        out.items.clear();
        out.cursor = std::string(cursor);
        return out;
    }
    // Of what was before its first moment a cursor tells nothing, but it knows of it from then on.
    const auto newest =
        out.items.empty() ? seen.at : std::max(seen.at, out.items.back().updated_at);
    out.cursor = text_of({newest, digest_of(out.items, newest - slowest_commit)});
    if (seen.digest == start_digest)
        std::erase_if(out.items, [&](const Change& change) { return change.updated_at < seen.at; });
    // What was seen has fallen silent, or nothing but old things was found.
    if (out.items.empty())
        out.cursor = std::string(cursor);
    return out;
}

}  // namespace caas::flow
