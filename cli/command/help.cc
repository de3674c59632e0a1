#include "cli/help.h"

#include <array>
#include <filesystem>
#include <system_error>

#include <nlohmann/json.hpp>

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
        .help = "write the sources of the manual pages into this folder, which is made if missing",
        .kind = Kind::folder},
};

void make_folder(const std::string& folder) {
    if (folder.empty())
        throw Error(
            Code::usage, "`--scdoc` names no folder", "is a variable of your script empty?");
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
        throw Error(
            Code::invalid,
            "Cannot make the folder " + folder + ": " + failure.message(),
            "name another one with --scdoc");
}

// There is no answer of the API to show, so the text is the one field.
int show(Call& call, std::string_view text) {
    call.out(call.is_json() ? json::dump({{"text", text}}) + "\n" : std::string(text));
    return 0;
}

int run(Call& call) {
    const auto& commands = call.world().commands;
    if (const auto folder = call.option("scdoc"); folder) {
        make_folder(*folder);
        write_manual(commands, *folder);
        return 0;
    }
    const auto& words = call.arguments();
    if (words.size() == 1) {
        for (const auto& topic : topics()) {
            if (topic.name == words.front())
                return show(call, topic.text);
        }
    }
    return show(call, help_text(commands, find_command(commands, words)));
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
