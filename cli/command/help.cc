#include "cli/help.h"

#include <array>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/manual.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{
    Argument{
        .name = "COMMAND",
        .help = "a command or a topic",
        .kind = Kind::topic,
        .is_required = false,
        .is_many = true},
};
constexpr std::array options{
    Option{
        .name = "scdoc",
        .value = "DIR",
        .help = "write the sources of the manual pages into this folder",
        .kind = Kind::folder},
};

int run(Call& call) {
    const auto& commands = call.world().commands;
    if (const auto folder = call.option("scdoc"); folder) {
        write_manual(commands, *folder);
        return 0;
    }
    const auto& words = call.arguments();
    if (words.size() == 1) {
        for (const auto& topic : topics()) {
            if (topic.name == words.front()) {
                call.out(topic.text);
                return 0;
            }
        }
    }
    call.out(help_text(commands, find_command(commands, words)));
    return 0;
}

}  // namespace

extern constexpr Command help{
    .name = "help",
    .summary = "show help for a command or a topic",
    .about = "Topics: environment, exit-codes, formatting.",
    .arguments = arguments,
    .options = options,
    .examples = "caas help content add\ncaas help exit-codes",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
