#include "core/schedule/series.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/store/fragment.h"

namespace caas::schedule {
namespace {

constexpr std::array<std::pair<SeriesState, std::string_view>, 3> states{{
    {SeriesState::active, "active"},
    {SeriesState::finished, "finished"},
    {SeriesState::ended, "ended"},
}};

constexpr store::FragmentQueries fragment_queries{
    R"(SELECT id
FROM series
WHERE workspace_id = $1
    AND id >= $2
    AND id < $3
ORDER BY id DESC
LIMIT 5)",
    R"(SELECT id
FROM series
WHERE workspace_id = $1
    AND id LIKE $2
ORDER BY id DESC
LIMIT 5)"};

constexpr std::string_view select = R"(SELECT s.id, s.workspace_id, s.account_id, a.name,
    a.platform, s.content_id, s.version_id, v.number, s.rule, s.zone, s.starts_at, s.state,
    s.made_to, s.made, s.passed_over, s.problem, s.top_up_at, s.created_at, s.updated_at, s.ended_at
FROM series s
JOIN account a ON a.id = s.account_id
LEFT JOIN version v ON v.id = s.version_id
)";

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> text_of(const std::optional<Wall>& wall) {
    return wall ? std::optional(wall_text(*wall)) : std::nullopt;
}

Wall wall_in(const std::string& text) {
    const auto wall = parse_wall(text);
    if (!wall)
        throw Error(Code::storage_corrupt, "A series has the time '" + text + "'.");
    return *wall;
}

Series read(const store::Row& row) {
    Series series;
    series.id = row.id<SeriesId>(0);
    series.workspace = row.id<WorkspaceId>(1);
    series.account = row.id<AccountId>(2);
    series.account_name = row.text(3);
    series.platform = row.text(4);
    series.content = row.id<ContentId>(5);
    if (!row.is_null(6))
        series.version = row.id<VersionId>(6);
    series.version_number = row.maybe_integer(7);
    series.rule = row.text(8);
    series.zone = row.text(9);
    series.starts_at = wall_in(row.text(10));
    const auto state = parse_series_state(row.text(11));
    if (!state)
        throw Error(
            Code::storage_corrupt, "A series is in the unknown state '" + row.text(11) + "'.");
    series.state = *state;
    if (!row.is_null(12))
        series.made_to = wall_in(row.text(12));
    series.made = row.integer(13);
    series.passed_over = row.integer(14);
    series.problem = row.maybe_text(15).value_or("");
    series.top_up_at = row.maybe_instant(16);
    series.created_at = row.instant(17);
    series.updated_at = row.instant(18);
    series.ended_at = row.maybe_instant(19);
    return series;
}

}  // namespace

std::string_view name(SeriesState state) {
    return states.at(static_cast<std::size_t>(state)).second;
}

std::optional<SeriesState> parse_series_state(std::string_view name) {
    for (const auto& [state, word] : states) {
        if (word == name)
            return state;
    }
    return std::nullopt;
}

void insert_series(store::Transaction& transaction, const Series& series) {
    transaction.execute(
        R"(INSERT INTO series (id, workspace_id, account_id, content_id, version_id, rule, zone,
    starts_at, state, made_to, made, passed_over, problem, top_up_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15))",
        {series.id,
         series.workspace,
         series.account,
         series.content,
         series.version,
         series.rule,
         series.zone,
         wall_text(series.starts_at),
         name(series.state),
         text_of(series.made_to),
         series.made,
         series.passed_over,
         unless_empty(series.problem),
         series.top_up_at,
         series.created_at});
}

void save_series(store::Transaction& transaction, const Series& series) {
    transaction.execute(
        R"(UPDATE series
SET state = $2, made_to = $3, made = $4, passed_over = $5, problem = $6, top_up_at = $7,
    updated_at = $8, ended_at = $9
WHERE id = $1)",
        {series.id,
         name(series.state),
         text_of(series.made_to),
         series.made,
         series.passed_over,
         unless_empty(series.problem),
         series.top_up_at,
         series.updated_at,
         series.ended_at});
}

Series get_series(store::Reader& reader, const WorkspaceId& workspace, const SeriesId& id) {
    static const auto sql = std::string(select) + "WHERE s.workspace_id = $1\n    AND s.id = $2";
    const auto rows = reader.query(sql, {workspace, id});
    if (rows.empty())
        throw Error(Code::not_found, "There is no series " + id.text() + ".");
    return read(rows[0]);
}

SeriesId resolve_series(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view fragment) {
    const auto id =
        store::find_by_fragment(reader, fragment_queries, workspace, fragment, "series");
    if (!id)
        throw Error(
            Code::not_found,
            "There is no series " + std::string(fragment.substr(0, 40)) + ".",
            "caas series list shows them");
    return SeriesId(*id);
}

store::Slice<Series> list_series(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const SeriesFilter& filter,
    const store::Page& page) {
    static const auto sql = std::string(select) + R"(WHERE s.workspace_id = $1
    AND (CAST($2 AS TEXT) IS NULL OR s.state = $2)
    AND (CAST($3 AS TEXT) IS NULL OR s.account_id = $3)
    AND (CAST($4 AS TEXT) IS NULL OR s.content_id = $4)
    AND (CAST($5 AS TEXT) IS NULL OR s.id < $5)
ORDER BY s.id DESC
LIMIT $6)";
    const store::PagedList list{.name = "series", .owner = workspace.text(), .shape = "i"};
    const auto place = store::decode_cursor(page.cursor, list);
    std::vector<Series> found;
    for (const auto& row : reader.query(
             sql,
             {workspace,
              filter.state ? store::Value(name(*filter.state)) : store::Value(),
              filter.account,
              filter.content,
              place.back(),
              store::rows_for(page)}))
        found.push_back(read(row));
    return store::slice(std::move(found), page, list, [](const Series& series) {
        return store::Values{series.id};
    });
}

void end_series_of(
    store::Transaction& transaction, const AccountId& account, std::string_view why, Instant now) {
    transaction.execute(
        R"(UPDATE series
SET state = 'ended', problem = $2, top_up_at = NULL, updated_at = $3, ended_at = $3
WHERE account_id = $1
    AND state = 'active')",
        {account, why, now});
}

std::vector<Series> active_series(store::Reader& reader) {
    static const auto sql = std::string(select) + "WHERE s.state = 'active'\nORDER BY s.id";
    std::vector<Series> found;
    for (const auto& row : reader.query(sql, {}))
        found.push_back(read(row));
    return found;
}

std::vector<SeriesId> series_to_top_up(store::Reader& reader, Instant now, std::size_t most) {
    std::vector<SeriesId> ids;
    for (const auto& row : reader.query(
             R"(SELECT id
FROM series
WHERE top_up_at IS NOT NULL
    AND top_up_at <= $1
ORDER BY top_up_at, id
LIMIT $2)",
             {now, static_cast<std::int64_t>(most)}))
        ids.push_back(row.id<SeriesId>(0));
    return ids;
}

std::optional<Instant> next_top_up(store::Reader& reader) {
    const auto rows = reader.query(
        R"(SELECT top_up_at
FROM series
WHERE top_up_at IS NOT NULL
ORDER BY top_up_at
LIMIT 1)",
        {});
    if (rows.empty())
        return std::nullopt;
    return rows[0].instant(0);
}

std::optional<Series> take_for_top_up(
    store::Transaction& transaction, const SeriesId& id, Instant now) {
    // A write that changes nothing holds the row on PostgreSQL: a second daemon waits here and then
    // finds nothing to do.
    const auto taken = transaction.execute(
        R"(UPDATE series
SET top_up_at = top_up_at
WHERE id = $1
    AND top_up_at IS NOT NULL
    AND top_up_at <= $2)",
        {id, now});
    if (taken != 1)
        return std::nullopt;
    static const auto sql = std::string(select) + "WHERE s.id = $1";
    return read(transaction.query(sql, {id}).at(0));
}

std::optional<Series> find_for_top_up(store::Reader& reader, const SeriesId& id, Instant now) {
    static const auto sql = std::string(select) + "WHERE s.id = $1 AND s.top_up_at <= $2";
    const auto rows = reader.query(sql, {id, now});
    return rows.empty() ? std::nullopt : std::optional(read(rows.front()));
}

}  // namespace caas::schedule
