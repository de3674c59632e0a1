#include "cli/browser.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace caas::cli {
namespace {

bool has_screen(const Terminal& terminal) {
    return terminal.environment("DISPLAY") || terminal.environment("WAYLAND_DISPLAY") ||
           terminal.environment("BROWSER");
}

[[noreturn]] void become_opener(const std::string& url) {
    // What a browser says belongs on no terminal.
    if (const int nowhere = ::open("/dev/null", O_RDWR); nowhere >= 0) {
        ::dup2(nowhere, STDIN_FILENO);
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
    }

    struct sigaction usual {};

    usual.sa_handler = SIG_DFL;
    ::sigaction(SIGPIPE, &usual, nullptr);
    ::setsid();
    ::execlp("xdg-open", "xdg-open", url.c_str(), nullptr);
    ::_exit(127);
}

}  // namespace

bool open_browser(const Terminal& terminal, const std::string& url) {
    if (!has_screen(terminal))
        return false;
    const auto child = ::fork();
    if (child == 0)
        become_opener(url);
    int status = 0;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace caas::cli
