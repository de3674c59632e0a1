// Posts and the journal of their delivery for people. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "cli/print/paint.h"
#include "cli/print/table.h"
#include "core/base/clock.h"
#include "core/base/json.h"

namespace caas::cli::print {

struct Now {
    Instant instant;
    std::string_view zone;
};

Table post_table();
void add_post(Table& table, const Json& post, const Now& now);
// Everything about one post but its journal.
std::string post_fields(const Json& post, const Now& now, const Paint& paint);
// Every attempt and step in the order it was written down.
std::string journal(const Json& attempts, const Paint& paint);
// What was counted, a line a look and part; empty when nothing was.
std::string metrics(const Json& samples, const Now& now, const Paint& paint);
// "caas: note: 02:30 does not exist that day …"; empty when the time was unique.
std::string time_note(const Json& post);

}  // namespace caas::cli::print
