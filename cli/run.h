// The command line from its words to its exit status: the one place of cli/ that catches.
#pragma once

#include <string>
#include <vector>

#include "cli/call.h"

namespace caas::cli {

// `words`: without the name of the program. Never throws.
int run(World& world, const std::vector<std::string>& words);

}  // namespace caas::cli
