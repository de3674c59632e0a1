#include "cli/edited.h"

#include <cerrno>
#include <csignal>
#include <filesystem>

#include <sys/wait.h>
#include <unistd.h>

#include "cli/input.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::cli {
namespace {

// A new file only its owner can read, in the folder for such files.
std::string make_file(const Call& call, std::string_view text) {
    const auto folder = call.world().terminal.environment("TMPDIR").value_or("/tmp");
    auto name = folder + "/caas-XXXXXX.md";
    constexpr int suffix_bytes = 3;
    const int descriptor = mkstemps(name.data(), suffix_bytes);
    if (descriptor < 0)
        throw Error(
            Code::storage_full, "No file could be made in " + folder, "set TMPDIR to a folder");
    close(descriptor);
    write_file(name, text);
    return name;
}

}  // namespace

Edited::Edited(Call& call, std::string_view before) : file_(make_file(call, before)) {
    const auto& terminal = call.world().terminal;
    const auto visual = terminal.environment("VISUAL");
    const auto program = visual ? *visual : terminal.environment("EDITOR").value_or("vi");
    try {
        call.world().edit(program, file_);
        text_ = read_file(file_, most_input_bytes);
        drop_byte_order_mark(text_);
    } catch (const Error& error) {
        std::error_code ignored;
        if (std::filesystem::exists(file_, ignored))
            throw Error(error.code(), error.what(), "your text is kept in " + file_);
        throw Error(
            Code::invalid,
            "`" + program + "` left no file: " + file_ + " is gone",
            "nothing was changed; does your editor save under the name it is given?");
    }
}

void Edited::discard() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

void run_editor(
    const std::string& program,
    const std::string& file,
    const std::function<void(bool)>& while_running) {
    while_running(true);
    const auto child = fork();
    if (child == 0) {
        struct sigaction usual {};

        usual.sa_handler = SIG_DFL;
        sigaction(SIGINT, &usual, nullptr);
        sigaction(SIGPIPE, &usual, nullptr);
        // Through the shell, because EDITOR may hold options ("code --wait"); the file is an
        // argument of its own, so that nothing in its name is read as a command.
        const auto line = program + " \"$1\"";
        execl("/bin/sh", "sh", "-c", line.c_str(), "sh", file.c_str(), nullptr);
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    while_running(false);
    if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw Error(Code::invalid, "The editor `" + program + "` failed");
}

}  // namespace caas::cli
