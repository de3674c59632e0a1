#include "cli/completion.h"

#include <array>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"SHELL", "bash, zsh or fish", Kind::shell}};

int run(Call& call) {
    const auto shell = call.argument(0);
    const auto& commands = call.world().commands;
    if (shell == "bash")
        call.out(bash_completion(commands));
    else if (shell == "zsh")
        call.out(zsh_completion(commands));
    else if (shell == "fish")
        call.out(fish_completion(commands));
    else
        throw Error(
            Code::usage,
            "There is no completion for `" + shell + "`",
            "there are some for bash, zsh and fish");
    return 0;
}

}  // namespace

extern constexpr Command completion{
    .name = "completion",
    .summary = "print a completion script for a shell",
    .about = {},
    .arguments = arguments,
    .options = {},
    .examples = "caas completion bash > ~/.local/share/bash-completion/completions/caas",
    .children = {},
    .run = run,
    .is_local = true,
};

}  // namespace caas::cli::command
