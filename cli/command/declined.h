// What a command does when the person says no to its question.
#pragma once

#include <string_view>

#include "cli/call.h"

namespace caas::cli::command {

// Says that nothing happened ("Nothing was deleted.") and gives the exit status for it: that of an
// interruption, since a person stopped the command either way, and a script must not take it for
// done.
int declined(Call& call, std::string_view words);

}  // namespace caas::cli::command
