// The seam to time. Nothing else in caas may ask what time it is or sleep.
//
// Implementations are safe to use from several threads.
#pragma once

#include <chrono>
#include <stop_token>

namespace caas {

using Milliseconds = std::chrono::milliseconds;
// A moment in UTC with the resolution that is stored: milliseconds since 1970.
using Instant = std::chrono::sys_time<Milliseconds>;
// A moment of a clock that never jumps; comparable only within one process.
using Monotonic = std::chrono::nanoseconds;

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    virtual Instant now() const = 0;
    virtual Monotonic monotonic() const = 0;
    // Waits for `duration` or until `stop` is asked for; false when it was stopped.
    virtual bool sleep(Milliseconds duration, std::stop_token stop) = 0;
};

// The clock of the machine.
class SystemClock final : public Clock {
  public:
    Instant now() const override;
    Monotonic monotonic() const override;
    bool sleep(Milliseconds duration, std::stop_token stop) override;
};

constexpr std::int64_t to_ms(Instant instant) {
    return instant.time_since_epoch().count();
}

constexpr Instant from_ms(std::int64_t ms) {
    return Instant(Milliseconds(ms));
}

}  // namespace caas
