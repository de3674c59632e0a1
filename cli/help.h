// Help from the rows of the commands. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace caas::cli {

// An empty path: the list of all commands.
std::string help_text(
    std::span<const Command* const> commands, std::span<const Command* const> path);

// "caas content add [OPTIONS] FILE"
std::string usage_line(std::span<const Command* const> path);
// "-q, --quiet", "    --home DIR"
std::string option_spelling(const Option& option, bool is_aligned);
// What a value of this kind may be; empty when it is open.
std::vector<std::string_view> choices(Kind kind);

// One page of `caas help TOPIC`.
struct Topic {
    std::string_view name;
    std::string_view summary;
    std::string_view text;
};

std::span<const Topic> topics();

}  // namespace caas::cli
