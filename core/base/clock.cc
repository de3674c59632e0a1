#include "core/base/clock.h"

#include <condition_variable>
#include <mutex>

#include <time.h>

namespace caas {

Instant SystemClock::now() const {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

// The steady clock of the library stands still while the machine sleeps, for which others may have
// taken us for dead.
Monotonic SystemClock::monotonic() const {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

bool SystemClock::sleep(Milliseconds duration, std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

}  // namespace caas
