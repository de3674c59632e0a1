// Manual pages from the rows of the commands, in scdoc's language.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace caas::cli {

// The page caas(1).
std::string main_page(std::span<const Command* const> commands);
// The page caas-<command>(1) of a command of the top level, with all below it.
std::string command_page(const Command& command);
// Writes all of them and caas.toml(5) into `folder`: caas.1.scd, caas-content.1.scd … Throws Error.
void write_manual(std::span<const Command* const> commands, const std::string& folder);

}  // namespace caas::cli
