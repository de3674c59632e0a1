// Time that moves only when the test moves it. `sleep` moves it and remembers how long was asked.
#pragma once

#include <mutex>
#include <vector>

#include "core/base/clock.h"

namespace caas::fake {

class FakeClock final : public Clock {
  public:
    // 2026-11-22T10:00:00Z
    explicit FakeClock(Instant start = from_ms(1795341600000)) : now_(start) {}

    Instant now() const override {
        const std::scoped_lock lock(mutex_);
        return now_;
    }

    Monotonic monotonic() const override {
        const std::scoped_lock lock(mutex_);
        return elapsed_;
    }

    bool sleep(Milliseconds duration, std::stop_token stop) override {
        const std::scoped_lock lock(mutex_);
        slept_.push_back(duration);
        if (stop.stop_requested())
            return false;
        now_ += duration;
        elapsed_ += duration;
        return true;
    }

    void advance(Milliseconds duration) {
        const std::scoped_lock lock(mutex_);
        now_ += duration;
        elapsed_ += duration;
    }

    // Less than the wall clock shows.
    void advance_monotonic(Monotonic duration) {
        const std::scoped_lock lock(mutex_);
        elapsed_ += duration;
    }

    // The wall clock is set by somebody; the monotonic one does not notice.
    void jump(Milliseconds by) {
        const std::scoped_lock lock(mutex_);
        now_ += by;
    }

    std::vector<Milliseconds> slept() const {
        const std::scoped_lock lock(mutex_);
        return slept_;
    }

  private:
    mutable std::mutex mutex_;
    Instant now_;
    Monotonic elapsed_{};
    std::vector<Milliseconds> slept_;
};

}  // namespace caas::fake
