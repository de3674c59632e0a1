#include "core/delivery/former.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/time_zone.h"

namespace caas::delivery {
namespace {

// Only what every version of caas has: the database may be older than this program, or newer.
constexpr std::string_view is_begun_sql = "p.state IN ('publishing', 'unconfirmed', 'published')";
constexpr std::string_view steps_sql = R"((SELECT count(*)
    FROM attempt t
    WHERE t.post_id = p.id
        AND t.publishes = 1
        AND (t.state IN ('started', 'done', 'unknown') OR t.outcome = 'absent')))";

constexpr std::string_view copied_away = "copied_away";

}  // namespace

bool knows_since(store::Reader* former, Instant made_at) {
    constexpr std::string_view later = R"sql(SELECT 1
WHERE NOT EXISTS (SELECT 1 FROM fact WHERE name = $2)
    AND (EXISTS (SELECT 1 FROM post WHERE updated_at > $1)
        OR EXISTS (SELECT 1 FROM content WHERE updated_at > $1)
        OR EXISTS (SELECT 1 FROM attempt WHERE started_at > $1)))sql";
    if (former == nullptr)
        return false;
    try {
        return !former->query(later, {made_at, copied_away}).empty();
    } catch (const Error&) {
        return false;
    }
}

void note_copied_away(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"(INSERT INTO fact (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value)",
        {copied_away, to_rfc3339(now)});
}

void forget_copied_away(store::Transaction& transaction) {
    transaction.execute("DELETE FROM fact WHERE name = $1", {copied_away});
}

std::optional<FormerPost> former_post(store::Reader* former, const PostId& id) {
    static const auto sql = "SELECT p.state, p.url, p.parts_published, CASE WHEN " +
                            std::string(is_begun_sql) + " THEN 1 ELSE 0 END, " +
                            std::string(steps_sql) + R"(
FROM post p
WHERE p.id = $1)";
    if (former == nullptr)
        return std::nullopt;
    try {
        const auto rows = former->query(sql, {id});
        if (rows.empty())
            return std::nullopt;
        const auto& row = rows.front();
        auto words = row.text(0);
        if (const auto url = row.maybe_text(1))
            words += ": " + *url;
        return FormerPost{row.truth(3), row.integer(2), row.integer(4), std::move(words)};
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<std::int64_t> posts_made_since(
    store::Reader* former, store::Reader& restored, Instant made_at) {
    if (!knows_since(former, made_at))
        return std::nullopt;
    store::Rows made;
    try {
        made = former->query("SELECT id FROM post WHERE created_at > $1", {made_at});
    } catch (const Error&) {
        return std::nullopt;
    }
    return std::ranges::count_if(made, [&](const store::Row& row) {
        return restored.query("SELECT 1 FROM post WHERE id = $1", {row.text(0)}).empty();
    });
}

std::vector<FormerOccurrence> former_occurrences(
    store::Reader* former, const SeriesId& series, std::string_view after) {
    static const auto sql = R"(SELECT p.id, p.occurrence, p.due_at
FROM post p
WHERE p.series_id = $1
    AND p.occurrence > $2
    AND ()" + std::string(is_begun_sql) +
                            " OR p.parts_published > 0 OR " + std::string(steps_sql) + R"( > 0)
ORDER BY p.occurrence)";
    std::vector<FormerOccurrence> found;
    if (former == nullptr)
        return found;
    try {
        for (const auto& row : former->query(sql, {series, after}))
            found.push_back({row.id<PostId>(0), row.text(1), row.instant(2)});
    } catch (const Error&) {
        return found;
    }
    return found;
}

}  // namespace caas::delivery
