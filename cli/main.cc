#include <csignal>
#include <string_view>

#include <unistd.h>

#include "cli/browser.h"
#include "cli/command/commands.h"
#include "cli/edited.h"
#include "cli/installation.h"
#include "cli/interrupt.h"
#include "cli/run.h"
#include "cli/system_terminal.h"
#include "core/app/version.h"
#include "core/base/standard_streams.h"
#include "core/base/time_zone.h"

namespace caas::cli {
namespace {

// The one question that must not wait for anything to be made.
bool says_version(int count, char** words) {
    if (count != 2 || std::string_view(words[1]) != "--version")
        return false;
    const auto line = "caas " + std::string(app::version) + "\n";
    return write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

int run_program(int count, char** words) {
    // A reader that leaves early must not end a publish half-way; writes then fail with EPIPE.
    std::signal(SIGPIPE, SIG_IGN);
    hold_standard_streams();
    Interrupt interrupt;
    SystemTerminal terminal(interrupt);
    SystemClock clock;
    World world{
        terminal,
        clock,
        system_zone(),
        command::all(),
        [&](const Place& place, bool is_verbose) {
            return open_transport(place, terminal, is_verbose);
        },
        [&](const std::string& program, const std::string& file) {
            run_editor(program, file, [&](bool is_running) { interrupt.ignore(is_running); });
        },
        interrupt.token(),
        [&](const std::string& url) { return open_browser(terminal, url); },
        [&](const Place& place) { return act_as_owner(place, terminal); }};
    return run(world, {words + 1, words + count});
}

}  // namespace
}  // namespace caas::cli

int main(int count, char** words) {
    if (count < 1)
        return 2;
    if (caas::cli::says_version(count, words))
        return 0;
    return caas::cli::run_program(count, words);
}
