#include "core/flow/engine_wake.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/base/error.h"

namespace caas::flow {

Wake::Wake() {
    event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    timer_ = ::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (event_ >= 0 && timer_ >= 0)
        return;
    ::close(event_);
    ::close(timer_);
    throw Error(
        Code::unavailable,
        "The engine could not be set up: too many files are open.",
        "Raise the limit of open files (ulimit -n).");
}

Wake::~Wake() {
    ::close(event_);
    ::close(timer_);
}

void Wake::signal() noexcept {
    const std::uint64_t one = 1;
    // Full means that a signal is pending, which is all it can say.
    [[maybe_unused]] const auto written = ::write(event_, &one, sizeof one);
}

void Wake::wait(std::optional<Instant> at, std::optional<Milliseconds> most) {
    itimerspec when{};
    if (at) {
        // All zeros would disarm the timer; one millisecond after 1970 is as much in the past.
        const auto ms = std::max<std::int64_t>(1, to_ms(*at));
        when.it_value.tv_sec = ms / 1000;
        when.it_value.tv_nsec = ms % 1000 * 1'000'000;
    }
    ::timerfd_settime(timer_, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, nullptr);
    std::array<pollfd, 2> sources{pollfd{event_, POLLIN, 0}, pollfd{timer_, POLLIN, 0}};
    const auto timeout =
        most ? static_cast<int>(std::clamp<std::int64_t>(most->count(), 0, 3'600'000)) : -1;
    // An interrupted wait is a wake-up too many, which harms nobody.
    ::poll(sources.data(), sources.size(), timeout);
    std::uint64_t count = 0;
    [[maybe_unused]] auto taken = ::read(event_, &count, sizeof count);
    taken = ::read(timer_, &count, sizeof count);
}

bool Wake::pause(std::chrono::microseconds most) {
    pollfd source{event_, POLLIN, 0};
    const auto ns = std::chrono::nanoseconds(most).count();
    const timespec limit{
        static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    ::ppoll(&source, 1, &limit, nullptr);
    std::uint64_t count = 0;
    return ::read(event_, &count, sizeof count) > 0;
}

}  // namespace caas::flow
