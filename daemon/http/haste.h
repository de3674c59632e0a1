// How to wait for a caller who asks again at once, as programs do: awake. A thread that sleeps in
// the kernel takes longer to wake than a short answer takes to make, on a virtual machine several
// times as long; so the wait after a short wait begins by looking again and again. It costs the
// processor's time only while requests really follow that closely, and gives way to any thread
// that wants it. The idea is that of the adaptive halt polling of Linux's KVM
// (virt/kvm/halt-polling).
//
// One for each who waits; for one thread at a time.
#pragma once

#include <chrono>

#include "core/base/clock.h"

namespace caas::http {

class Haste {
  public:
    // A wait up to this is short, and one begun awake goes to sleep after it. Measured: between
    // two requests of one connection on the same machine lie 20 to 60 us.
    static constexpr std::chrono::microseconds short_wait{100};

    // Calls `look(false)`, which must not sleep, again and again while there is haste and it gives
    // 0; then, if need be, `look(true)`, which may sleep. Gives what the last call gave.
    template <class Look>
    int wait(const Clock& clock, const Look& look) {
        const auto since = clock.monotonic();
        const auto lasted = [&] { return clock.monotonic() - since; };
        int found = 0;
        while (has_haste_ && found == 0) {
            found = look(false);
            has_haste_ = found != 0 || lasted() <= short_wait;
            if (found == 0)
                give_way();
        }
        if (found == 0) {
            found = look(true);
            has_haste_ = found > 0 && lasted() <= short_wait;
        }
        return found;
    }

    bool has_haste() const noexcept { return has_haste_; }

  private:
    // Lets another thread have this processor, if one is ready for it.
    static void give_way() noexcept;

    bool has_haste_ = false;
};

}  // namespace caas::http
