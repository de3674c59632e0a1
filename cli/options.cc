#include <array>

#include "cli/command.h"

namespace caas::cli {
namespace {

constexpr std::array options{
    Option{.name = "json", .value = "", .help = "print exactly the JSON of the API"},
    Option{
        .name = "quiet",
        .value = "",
        .help = "print the result only, no talk and no progress",
        .letter = 'q'},
    Option{
        .name = "verbose",
        .value = "",
        .help = "say more, for example each request",
        .letter = 'v'},
    Option{.name = "no-color", .value = "", .help = "no colours (NO_COLOR does the same)"},
    Option{
        .name = "no-input",
        .value = "",
        .help = "never ask a question; fail when an answer is missing"},
    Option{
        .name = "yes",
        .value = "",
        .help = "answer yes to the question before something is destroyed or charged",
        .letter = 'y'},
    Option{
        .name = "home",
        .value = "DIR",
        .help = "keep everything under this folder (CAAS_HOME)",
        .kind = Kind::folder},
    Option{
        .name = "config",
        .value = "FILE",
        .help = "read this configuration file",
        .kind = Kind::file},
    Option{
        .name = "server",
        .value = "URL",
        .help = "use the daemon at this address (CAAS_SERVER), see `caas login`"},
    Option{.name = "help", .value = "", .help = "show this help", .letter = 'h'},
    Option{.name = "version", .value = "", .help = "print the version"},
};

}  // namespace

std::span<const Option> global_options() {
    return options;
}

bool is_offered(const Option& global, std::span<const Command* const> path) {
    return path.empty() || global.name != "version";
}

}  // namespace caas::cli
