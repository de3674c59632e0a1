// Runs a piece of a test in a process of its own, so that it can be killed, starved of disk space
// or stripped of its rights.
#pragma once

#include <csignal>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas::fake {

// The stable name of the code of what `function` throws, or "fine".
template <typename Function>
std::string code_of(Function function) {
    try {
        function();
    } catch (const Error& e) {
        return std::string(facts(e.code()).name);
    } catch (const std::exception&) {
        return "another exception";
    }
    return "fine";
}

// What `function` gives back, a short text, from a child process; "killed" when it did not end by
// itself.
template <typename Function>
std::string in_child(Function function) {
    int pipe[2] = {};
    if (::pipe(pipe) != 0)
        return "no pipe";
    const auto child = ::fork();
    if (child == 0) {
        std::string said = "threw";
        try {
            said = function();
        } catch (const std::exception& e) {
            said = std::string("threw ") + e.what();
        }
        const auto written = ::write(pipe[1], said.data(), said.size());
        ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    ::close(pipe[1]);
    std::string said;
    char piece[256];
    for (ssize_t count = 0; (count = ::read(pipe[0], piece, sizeof piece)) > 0;)
        said.append(piece, static_cast<std::size_t>(count));
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? said : "killed";
}

// No file of this process may grow beyond `bytes`; writing more fails as on a full disk.
inline void limit_files(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
}

// Root may write everywhere; nobody may not.
inline bool become_nobody() {
    return ::geteuid() != 0 || ::setuid(65534) == 0;
}

}  // namespace caas::fake
