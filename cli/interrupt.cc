#include "cli/interrupt.h"

#include <array>
#include <atomic>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace caas::cli {
namespace {

constexpr int interrupted_status = 130;

// A signal handler can only reach what is static; these three are written nowhere else.
std::atomic<int> signals_seen = 0;                      // NOLINT: see above
std::atomic<int> bell = -1;                             // NOLINT: see above
std::atomic<const termios*> terminal_before = nullptr;  // NOLINT: see above

static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<const termios*>::is_always_lock_free);

// Only calls that are safe in a signal handler (signal-safety(7)).
void on_signal(int) {
    if (signals_seen.fetch_add(1) == 0) {
        const char byte = 1;
        [[maybe_unused]] const auto written = write(bell.load(), &byte, 1);
        return;
    }
    if (const auto* settings = terminal_before.load(); settings != nullptr)
        tcsetattr(STDIN_FILENO, TCSANOW, settings);
    _exit(interrupted_status);
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};

    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
}

struct Pipe {
    int read = -1;
    int write = -1;
};

Pipe& bell_pipe() {
    static Pipe pipe;  // for the life of the process: a late signal must find it open
    return pipe;
}

}  // namespace

Interrupt::Interrupt() {
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;  // without the pipe SIGINT ends the process as it always does
    bell_pipe() = {ends[0], ends[1]};
    bell = ends[1];
    handle(SIGINT, on_signal);
    handle(SIGTERM, on_signal);
    watcher_ = std::jthread([this](const std::stop_token& stop) {
        const std::stop_callback wake(stop, [] {
            const char byte = 0;
            [[maybe_unused]] const auto written = write(bell.load(), &byte, 1);
        });
        pollfd waited{bell_pipe().read, POLLIN, 0};
        while (poll(&waited, 1, -1) < 0) {
        }
        if (signals_seen > 0)
            source_.request_stop();
    });
}

Interrupt::~Interrupt() {
    handle(SIGINT, SIG_DFL);
    handle(SIGTERM, SIG_DFL);
}

int Interrupt::descriptor() const {
    return bell_pipe().read;
}

void Interrupt::ignore(bool is_ignored) {
    if (bell >= 0)
        handle(SIGINT, is_ignored ? SIG_IGN : on_signal);
}

void restore_on_exit(const termios* settings) {
    terminal_before = settings;
}

}  // namespace caas::cli
