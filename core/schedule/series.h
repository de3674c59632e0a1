// A series: one content sent to one account again and again by a rule. Each occurrence becomes a
// post of its own, some ahead of its time; flow/series.h makes them.
//
// Functions over a reader or a transaction. Those that take a workspace act in it only; the others
// are the housekeeping's, across tenants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/schedule/wall.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::schedule {

enum class SeriesState : std::uint8_t {
    active,    // more posts will be made
    finished,  // the rule has no more occurrences
    ended,     // by a person, or since its account or content is gone
};

std::string_view name(SeriesState state);
std::optional<SeriesState> parse_series_state(std::string_view name);

struct Series {
    SeriesId id;
    WorkspaceId workspace;
    AccountId account;
    std::string account_name;  // read only, for people
    std::string platform;      // likewise
    ContentId content;
    std::optional<VersionId> version;            // nullopt: the latest when a post is made
    std::optional<std::int64_t> version_number;  // read only, for people
    std::string rule;                            // rule_text
    std::string zone;
    Wall starts_at{};
    SeriesState state = SeriesState::active;
    std::optional<Wall> made_to;   // the last occurrence that was made, or passed over
    std::int64_t made = 0;         // posts
    std::int64_t passed_over = 0;  // occurrences too long ago to be made, or due before a restore
    std::string problem;           // why no post can be made just now, or why it was ended
    std::optional<Instant> top_up_at;  // when the next post has to be made
    Instant created_at{};
    Instant updated_at{};
    std::optional<Instant> ended_at;
};

void insert_series(store::Transaction& transaction, const Series& series);
// Writes what changes in the life of a series.
void save_series(store::Transaction& transaction, const Series& series);

// Throws Error(not_found).
Series get_series(store::Reader& reader, const WorkspaceId& workspace, const SeriesId& id);
// By the whole id, or any unique beginning or end of it of at least 4 characters. Throws Error:
// not_found, conflict (several fit).
SeriesId resolve_series(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view fragment);

struct SeriesFilter {
    std::optional<SeriesState> state{};
    std::optional<AccountId> account{};
    std::optional<ContentId> content{};
};

// The newest first. Throws Error(invalid) for a cursor that was not given out here.
store::Slice<Series> list_series(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const SeriesFilter& filter,
    const store::Page& page);

// No more posts will be made for an account that is gone.
void end_series_of(
    store::Transaction& transaction, const AccountId& account, std::string_view why, Instant now);

// Those of which more posts will be made. Across tenants.
std::vector<Series> active_series(store::Reader& reader);
// Those that want a post made, the longest waiting first.
std::vector<SeriesId> series_to_top_up(store::Reader& reader, Instant now, std::size_t most);
// When the first one does.
std::optional<Instant> next_top_up(store::Reader& reader);
// The series, held by this transaction, if it still wants a post made; nullopt when another daemon
// was faster.
std::optional<Series> take_for_top_up(
    store::Transaction& transaction, const SeriesId& id, Instant now);
// The same without holding it.
std::optional<Series> find_for_top_up(store::Reader& reader, const SeriesId& id, Instant now);

}  // namespace caas::schedule
