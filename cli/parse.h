// From words on the command line to a command and its values. CLI11 reads the options of the one
// command that was asked for; no other command is built.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace caas::cli {

struct Parsed {
    // From the top down: "content", "add". Empty: none was named.
    std::vector<const Command*> path;
    // By the option's name; a switch holds "true" once for each time it was given.
    std::map<std::string, std::vector<std::string>, std::less<>> options;
    std::vector<std::string> arguments;

    bool has(std::string_view option) const { return options.find(option) != options.end(); }
};

// `words`: without the name of the program. Throws Error(usage), which names the nearest command or
// option where something was mistyped.
Parsed parse(std::span<const Command* const> commands, const std::vector<std::string>& words);

// "content add"
std::string path_text(std::span<const Command* const> path);

// The command that these words name, for `caas help content add`. Throws Error(usage).
std::vector<const Command*> find_command(
    std::span<const Command* const> commands, std::span<const std::string> words);

}  // namespace caas::cli
