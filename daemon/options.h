// The command line of caasd. Pure; thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caas::daemon {

struct Options {
    std::optional<std::string> config;
    std::optional<std::string> home;
    std::optional<std::string> listen;
    bool is_once = false;     // publish what is due, then leave
    bool is_sandbox = false;  // with pretend platforms, in a home of its own
    bool is_check = false;    // look at the configuration, then leave
    bool asks_version = false;
    bool asks_help = false;
};

// `arguments` without the program's name. Throws Error(usage) with a hint that names the nearest
// flag.
Options parse_options(std::span<const std::string_view> arguments);

// What --help prints.
std::string help_text();

}  // namespace caas::daemon
