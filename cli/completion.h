// Completion scripts for shells, from the rows of the commands. Pure functions.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace caas::cli {

std::string bash_completion(std::span<const Command* const> commands);
std::string zsh_completion(std::span<const Command* const> commands);
std::string fish_completion(std::span<const Command* const> commands);

}  // namespace caas::cli
