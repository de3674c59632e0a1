#include "daemon/supervisor.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/http/descriptor.h"

namespace caas::daemon {
namespace {

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
    std::int64_t value = 0;
    if (!text)
        return std::nullopt;
    const auto* end = text->data() + text->size();
    const auto [stop, fault] = std::from_chars(text->data(), end, value);
    if (fault != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

}  // namespace

Supervisor::Supervisor(const config::Environment& environment)
    : socket_(config::variable(environment, "NOTIFY_SOCKET").value_or("")) {
    const auto period = number(config::variable(environment, "WATCHDOG_USEC"));
    const auto watched = number(config::variable(environment, "WATCHDOG_PID"));
    // sd_watchdog_enabled(3) advises half of the period.
    if (period && *period > 0 && (!watched || *watched == ::getpid()))
        interval_ = std::max(Milliseconds(1), Milliseconds(*period / 2000));
}

void Supervisor::send(std::string_view state) const {
    sockaddr_un to{};
    // A path, or a name in the abstract namespace written with an @.
    if (socket_.size() < 2 || socket_.size() >= sizeof to.sun_path ||
        (socket_.front() != '/' && socket_.front() != '@'))
        return;
    to.sun_family = AF_UNIX;
    std::ranges::copy(socket_, static_cast<char*>(to.sun_path));
    if (socket_.front() == '@')
        to.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const http::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    // Nobody there is no reason to fail: the daemon does its work all the same.
    ::sendto(
        socket.get(),
        state.data(),
        state.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&to),
        size);
}

void Supervisor::ready(std::string_view status) const {
    send("READY=1\nSTATUS=" + std::string(status));
}

void Supervisor::reloading(Monotonic now) const {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us));
}

void Supervisor::stopping() const {
    send("STOPPING=1\nSTATUS=Finishing what is in flight");
}

void Supervisor::alive() const {
    send("WATCHDOG=1");
}

}  // namespace caas::daemon
