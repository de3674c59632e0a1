// The --state of a list: one of a fixed few.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/call.h"

namespace caas::cli::command {

// Throws Error(usage), with the nearest there is, when `state` is none of `states`. `thing`: "A
// post".
void require_state(
    const Call& call,
    std::string_view thing,
    const std::string& state,
    std::span<const std::string_view> states);

}  // namespace caas::cli::command
