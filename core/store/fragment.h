// Finds an id by its beginning or end, as people write ids on the command line. Pure functions over
// a reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/store/connection.h"

namespace caas::store {

constexpr std::size_t least_fragment = 4;

// The two statements that look in one table; each gives ids, ordered, at most five:
//   by_beginning: SELECT id FROM … WHERE workspace_id = $1 AND id >= $2 AND id < $3 …
//   by_end:       SELECT id FROM … WHERE workspace_id = $1 AND id LIKE $2 …
struct FragmentQueries {
    std::string_view by_beginning;
    std::string_view by_end;
};

// The one id of `scope` ($1) that is, begins with or ends with `fragment`; nullopt when there is
// none or `fragment` cannot be part of an id (shorter than 4, other letters). Throws
// Error(conflict) that names the candidates when there are several. `what`: "content", "post", for
// its words.
std::optional<std::string> find_by_fragment(
    Reader& reader,
    const FragmentQueries& queries,
    const Value& scope,
    std::string_view fragment,
    std::string_view what);

// The same where several parameters limit what is looked at: `scope` are $1 and on, and what is
// looked for comes behind them.
std::optional<std::string> find_by_fragment(
    Reader& reader,
    const FragmentQueries& queries,
    const Values& scope,
    std::string_view fragment,
    std::string_view what);

// The same for things that people call by names besides: `named` are the rows, ids first, of those
// that are called `typed`. What belongs to the id of one and is the name of another means neither,
// since anybody may call theirs as they like: throws Error(conflict) that names both, with
// `way_out` as its hint. A whole id is only an id.
std::optional<std::string> find_by_id_or_name(
    Reader& reader,
    const FragmentQueries& queries,
    const Value& scope,
    std::string_view typed,
    const Rows& named,
    std::string_view what,
    std::string_view way_out = "Write the whole id of the one that is meant.");

}  // namespace caas::store
