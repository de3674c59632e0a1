// How long to wait before trying again: base × 2ⁿ, capped, with full jitter.
#pragma once

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace caas {

struct Backoff {
    Milliseconds base;
    Milliseconds cap;

    // `tries`: how many have failed so far, at least 1. Uniform in (0, min(cap, base·2^(tries-1))].
    Milliseconds delay(int tries, Random& random) const {
        const int doublings = std::clamp(tries - 1, 0, 30);
        const auto most = std::min(cap, Milliseconds(base.count() << doublings));
        return Milliseconds(
            1 +
            static_cast<std::int64_t>(random.fraction() * static_cast<double>(most.count() - 1)));
    }
};

}  // namespace caas
