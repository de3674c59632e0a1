// Lists that come in pages: their options, their query, and what to say when there is more.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "cli/call.h"

namespace caas::cli::command {

inline constexpr Option limit_option{
    .name = "limit", .value = "N", .help = "at most this many, 50 if not given, up to 200"};
inline constexpr Option cursor_option{
    .name = "cursor", .value = "TEXT", .help = "go on where the last page ended"};
inline constexpr std::array paging_options{limit_option, cursor_option};

// A short list as a person wants it: whole. Follows the pages, unless --limit or --cursor asks for
// one of them; then says when there is more. Prints it and gives nullopt with --json.
std::optional<Json> fetch_list(Call& call, const std::string& path);

void add_paging(const Call& call, Query& query);
// Tells the person how to see the next page, when there is one.
void say_more(Call& call, const Json& list);

}  // namespace caas::cli::command
