#include "cli/command/paging.h"

#include <nlohmann/json.hpp>

namespace caas::cli::command {

void add_paging(const Call& call, Query& query) {
    if (const auto limit = call.number("limit", 1, 200); limit)
        query.emplace_back("limit", std::to_string(*limit));
    if (const auto cursor = call.option("cursor"); cursor)
        query.emplace_back("cursor", *cursor);
}

void say_more(Call& call, const Json& list) {
    if (const auto next = json::text(list, "next_cursor"); next)
        call.say("There is more: add --cursor " + *next);
}

}  // namespace caas::cli::command
