#include "cli/system_terminal.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas::cli {
namespace {

constexpr std::size_t most_pending = 64U << 10U;

int descriptor_of(Stream stream) {
    switch (stream) {
        case Stream::in:
            return STDIN_FILENO;
        case Stream::out:
            return STDOUT_FILENO;
        case Stream::err:
            return STDERR_FILENO;
    }
    return STDERR_FILENO;
}

// Returns errno of what stopped it, 0 when all is written.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(descriptor, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno == EAGAIN) {
            pollfd waited{descriptor, POLLOUT, 0};
            poll(&waited, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

// Turns the echo off while it lives.
class Silence {
  public:
    Silence() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0)
            return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        restore_on_exit(&before_);
        is_on_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }

    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

    ~Silence() {
        if (is_on_)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        restore_on_exit(nullptr);
    }

  private:
    termios before_{};
    bool is_on_ = false;
};

}  // namespace

void SystemTerminal::send_out() {
    if (failed_with_ == 0)
        failed_with_ = write_all(STDOUT_FILENO, pending_);
    pending_.clear();
}

void SystemTerminal::write(Stream stream, std::string_view text) {
    if (stream == Stream::out) {
        pending_ += text;
        if (pending_.size() > most_pending)
            send_out();
        return;
    }
    send_out();  // so that both appear in the order they were said
    write_all(STDERR_FILENO, text);
}

void SystemTerminal::flush() {
    send_out();
    if (failed_with_ != 0 && failed_with_ != EPIPE)
        throw Error(
            failed_with_ == ENOSPC ? Code::storage_full : Code::internal,
            "Standard output could not be written: " +
                std::generic_category().message(failed_with_));
}

void SystemTerminal::wait_for_input() const {
    std::array<pollfd, 2> waited{{{STDIN_FILENO, POLLIN, 0}, {interrupt_.descriptor(), POLLIN, 0}}};
    while (poll(waited.data(), waited.size(), -1) < 0) {
    }
    if (waited[1].revents != 0)
        throw Error(Code::canceled, "Interrupted");
}

std::size_t SystemTerminal::read(std::span<char> into) {
    send_out();
    while (true) {
        wait_for_input();
        const auto count = ::read(STDIN_FILENO, into.data(), into.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN)
            throw Error(
                Code::invalid,
                "Standard input could not be read: " + std::generic_category().message(errno));
    }
}

bool SystemTerminal::is_terminal(Stream stream) const {
    return isatty(descriptor_of(stream)) == 1;
}

int SystemTerminal::width() const {
    constexpr int least = 20;
    constexpr int otherwise = 80;
    winsize size{};
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= least)
            return size.ws_col;
    }
    const auto columns = environment("COLUMNS").value_or("");
    const auto number = std::strtol(columns.c_str(), nullptr, 10);
    return number >= least && number < 10000 ? static_cast<int>(number) : otherwise;
}

std::optional<std::string> SystemTerminal::environment(std::string_view name) const {
    for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
        const std::string_view entry(*at);
        if (entry.size() > name.size() + 1 && entry.substr(0, name.size()) == name &&
            entry[name.size()] == '=')
            return std::string(entry.substr(name.size() + 1));
    }
    return std::nullopt;
}

std::optional<Secret> SystemTerminal::ask(std::string_view prompt, bool is_hidden) {
    write(Stream::err, prompt);
    std::optional<Silence> silence;
    if (is_hidden && is_terminal(Stream::in))
        silence.emplace();
    std::string line;
    char byte = 0;
    // One byte at a time: what follows the line belongs to whoever reads next.
    while (read({&byte, 1}) == 1) {
        if (byte == '\n') {
            if (silence)
                write(Stream::err, "\n");
            if (!line.empty() && line.back() == '\r')
                line.pop_back();
            return Secret(std::move(line));
        }
        line += byte;
    }
    if (line.empty())
        return std::nullopt;
    return Secret(std::move(line));
}

}  // namespace caas::cli
