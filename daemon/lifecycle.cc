#include "daemon/lifecycle.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/eventfd.h>

#include "core/base/error.h"

namespace caas::daemon {
namespace {

std::string signal_name(int number) {
    switch (number) {
        case SIGTERM:
            return "SIGTERM";
        case SIGINT:
            return "SIGINT";
        default:
            return "SIGHUP";
    }
}

bool is_ready(const pollfd& one) {
    return (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
}

// Asks the engine and the server to stop, at the same time, and tells when both have.
class Closing {
  public:
    explicit Closing(const Life& life) : ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        life.engine.request_stop();
        thread_ = std::thread([this, &life] {
            life.server.stop(life.http_grace);
            try {
                life.engine.join();
            } catch (const std::exception& fault) {
                life.log.write(Level::error, "engine.ended", {{"error", fault.what()}});
            }
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written = ::write(ended_.get(), &one, sizeof one);
        });
    }

    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;

    // After abandon() the thread goes on alone: the process is about to leave.
    ~Closing() {
        if (thread_.joinable())
            thread_.join();
    }

    void abandon() { thread_.detach(); }

    int descriptor() const noexcept { return ended_.get(); }

  private:
    http::Descriptor ended_;
    std::thread thread_;
};

// What `ending` has become: `hurried` or `stuck` when it has been left unfinished.
Ending wind_down(const Life& life, Ending ending) {
    const auto deadline = life.clock.monotonic() + life.most_patience;
    // On the heap, so that a thread that is left behind does not lose the ground under it.
    auto closing = std::make_unique<Closing>(life);
    while (true) {
        const auto left = std::chrono::ceil<Milliseconds>(deadline - life.clock.monotonic());
        const auto nap = std::min(left, life.supervisor.watch_interval().value_or(left));
        std::array<pollfd, 2> sources{
            pollfd{closing->descriptor(), POLLIN, 0}, pollfd{life.signals.descriptor(), POLLIN, 0}};
        ::poll(
            sources.data(),
            sources.size(),
            static_cast<int>(std::max<std::int64_t>(0, nap.count())));
        if (is_ready(sources[0]))
            return ending;
        bool is_asked = false;
        while (const auto signal = life.signals.take())
            is_asked = is_asked || *signal != SIGHUP;
        if (is_asked || life.clock.monotonic() >= deadline) {
            life.log.write(Level::warn, "daemon.left_in_flight");
            closing->abandon();
            [[maybe_unused]] const auto* left_behind = closing.release();
            return is_asked || ending == Ending::asked ? Ending::hurried : Ending::stuck;
        }
        life.supervisor.alive();
    }
}

// The next ending, or nullopt to go on.
std::optional<Ending> handle(const Life& life, int signal) {
    life.log.write(Level::info, "daemon.signal", {{"signal", signal_name(signal)}});
    if (signal != SIGHUP)
        return Ending::asked;
    life.supervisor.reloading(life.clock.monotonic());
    if (life.on_hangup())
        return Ending::reload;
    return std::nullopt;
}

std::optional<Ending> wait_once(const Life& life) {
    std::array<pollfd, 3> sources{
        pollfd{life.signals.descriptor(), POLLIN, 0},
        pollfd{life.bell.descriptor(), POLLIN, 0},
        pollfd{life.engine.descriptor(), POLLIN, 0}};
    const auto interval = life.supervisor.watch_interval();
    ::poll(sources.data(), sources.size(), interval ? static_cast<int>(interval->count()) : -1);
    if (is_ready(sources[1]) && life.bell.take())
        life.wake_engine();
    // A poller that hangs is a daemon that hangs: the watchdog is left to bite.
    if (interval && life.server.answers())
        life.supervisor.alive();
    while (const auto signal = life.signals.take()) {
        if (const auto ending = handle(life, *signal))
            return ending;
    }
    if (is_ready(sources[2]))
        return Ending::failed;
    return std::nullopt;
}

}  // namespace

Ending live(const Life& life) {
    std::optional<Ending> ending;
    while (!ending)
        ending = wait_once(life);
    if (*ending != Ending::reload) {
        life.supervisor.stopping();
        life.on_last_stop();
    }
    return wind_down(life, *ending);
}

int exit_status(Ending ending) {
    switch (ending) {
        case Ending::failed:
            return facts(Code::internal).exit_status;
        case Ending::stuck:
            return facts(Code::unavailable).exit_status;
        case Ending::asked:
        case Ending::reload:
        case Ending::hurried:
            break;
    }
    return 0;
}

}  // namespace caas::daemon
