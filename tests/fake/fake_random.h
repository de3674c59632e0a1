// Chance that is the same in every run (SplitMix64).
#pragma once

#include <mutex>

#include "core/base/random.h"

namespace caas::fake {

class FakeRandom final : public Random {
  public:
    explicit FakeRandom(std::uint64_t seed = 1) : state_(seed) {}

    void fill(std::span<std::uint8_t> bytes) override {
        const std::scoped_lock lock(mutex_);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(next() >> 32U);
    }

  private:
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    std::mutex mutex_;
    std::uint64_t state_;
};

}  // namespace caas::fake
