#include "core/flow/census.h"

#include <array>
#include <string_view>

namespace caas::flow {
namespace {

constexpr std::array<std::string_view, 11> names{
    "people",
    "disabled_people",
    "organizations",
    "disabled_organizations",
    "workspaces",
    "contents",
    "versions",
    "generated_tokens",
    "api_tokens",
    "published_in_a_day",
    "attempts",
};

Counts by_word(const store::Rows& rows) {
    Counts out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.emplace_back(row.text(0), row.integer(1));
    return out;
}

}  // namespace

Census take_census(store::Reader& reader, Instant now) {
    Census census;
    const auto totals = reader.query(
        R"sql(
SELECT (SELECT count(*) FROM person),
    (SELECT count(*) FROM person WHERE disabled_at IS NOT NULL),
    (SELECT count(*) FROM organization),
    (SELECT count(*) FROM organization WHERE disabled_at IS NOT NULL),
    (SELECT count(*) FROM workspace),
    (SELECT count(*) FROM content WHERE deleted_at IS NULL),
    (SELECT count(*) FROM version),
    (SELECT CAST(COALESCE(SUM(COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0)), 0)
        AS BIGINT) FROM version),
    (SELECT count(*) FROM token
     WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)),
    (SELECT count(*) FROM post WHERE state = 'published' AND settled_at > $2),
    (SELECT count(*) FROM attempt))sql",
        {now, now - std::chrono::hours(24)});
    for (std::size_t i = 0; i < names.size(); ++i)
        census.totals.emplace_back(names[i], totals.front().integer(i));
    census.posts = by_word(reader.query(
        R"sql(
SELECT state, count(*) FROM post
GROUP BY state
ORDER BY state)sql",
        {}));
    census.accounts = by_word(reader.query(
        R"sql(
SELECT platform, count(*) FROM account
WHERE state <> 'disconnected'
GROUP BY platform
ORDER BY platform)sql",
        {}));
    return census;
}

}  // namespace caas::flow
