// How the engine sleeps: until a moment of the wall clock, a length of time, or somebody's signal,
// whichever comes first. When the wall clock is set, it wakes, so that the caller can look anew.
//
// One thread waits; any thread may signal, also before the wait. Owns its file descriptors.
#pragma once

#include <chrono>
#include <optional>

#include "core/base/clock.h"

namespace caas::flow {

class Wake {
  public:
    Wake();  // throws Error(unavailable) when the system is out of descriptors
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;
    ~Wake();

    void signal() noexcept;
    void wait(std::optional<Instant> at, std::optional<Milliseconds> most);
    // For a signal only, shorter than milliseconds can say. False when none came.
    bool pause(std::chrono::microseconds most);

  private:
    int event_ = -1;
    int timer_ = -1;
};

}  // namespace caas::flow
