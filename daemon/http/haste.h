// How to wait for a caller who asks again at once, as programs do: awake. A thread that sleeps in
// the kernel takes longer to wake than a short answer takes to make, on a virtual machine several
// times as long; so the wait after a few short waits begins by looking again and again.
//
// That costs the processor's time only while requests really follow that closely, and only where
// the processor has nothing else to do: a thread that gives way to another is put behind it for
// some milliseconds, which no haste makes up for. So whoever looked in vain, or had to give way for
// long, sleeps through twice as many waits as before until it tries again. The idea is that of the
// adaptive halt polling of Linux's KVM (virt/kvm/halt-polling).
//
// One for each who waits; for one thread at a time.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/base/clock.h"

namespace caas::http {

class Haste {
  public:
    // Measured: between two requests of one connection on the same machine lie 20 to 60 us, with
    // the waking after a sleep.
    static constexpr std::chrono::microseconds short_sleep{100};
    // So long a wait goes on awake.
    static constexpr std::chrono::microseconds longest{50};
    // Short waits in a row before the next one is begun awake.
    static constexpr int fewest = 8;
    static constexpr int most = 4096;

    // Calls `look(false)`, which must not sleep, again and again while there is haste and it gives
    // 0; then, if need be, `look(true)`, which may sleep. Gives what the last call gave.
    template <class Look>
    int wait(const Clock& clock, const Look& look) {
        const auto since = clock.monotonic();
        if (has_haste()) {
            const int found = look_awake(clock, since, look);
            if (found != 0)
                return found;
        }
        const int found = look(true);
        const bool was_short = found > 0 && clock.monotonic() - since <= short_sleep;
        short_waits_ = was_short ? std::min(short_waits_ + 1, most) : 0;
        return found;
    }

    // Whether the next wait begins awake.
    bool has_haste() const noexcept { return short_waits_ >= needed_; }

  private:
    template <class Look>
    int look_awake(const Clock& clock, Monotonic since, const Look& look) {
        // Also under a clock that stands still it ends.
        constexpr int most_looks = 1000;
        int found = 0;
        bool is_in_time = true;
        for (int looks = 0; found == 0 && is_in_time && looks < most_looks; ++looks) {
            if (looks > 0)
                give_way();
            found = look(false);
            is_in_time = clock.monotonic() - since <= longest;
        }
        if (found > 0 && is_in_time) {
            needed_ = std::max(needed_ / 2, fewest);
        } else {
            needed_ = std::min(needed_ * 2, most);
            short_waits_ = 0;
        }
        return found;
    }

    // Lets another thread have this processor, if one is ready for it.
    static void give_way() noexcept;

    int short_waits_ = 0;  // in a row
    int needed_ = fewest;
};

}  // namespace caas::http
