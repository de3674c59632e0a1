#include "cli/command/state_filter.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/nearest.h"

namespace caas::cli::command {

void require_state(
    const Call& call,
    std::string_view thing,
    const std::string& state,
    std::span<const std::string_view> states) {
    if (std::ranges::find(states, state) != states.end())
        return;
    const auto near = text::nearest(state, states);
    throw Error(
        Code::usage,
        std::string(thing) + " has no state `" + state + "`",
        near.empty() ? "see `caas " + call.path() + " --help`"
                     : "did you mean `" + std::string(near) + "`?");
}

}  // namespace caas::cli::command
