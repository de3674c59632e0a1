// The dice of one simulated run: everything that happens in it follows from the seed (SplitMix64).
#pragma once

#include <cstdint>

namespace caas::sim {

class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}

    std::uint64_t number() {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    // Uniform in [0, below).
    int below(int below) { return static_cast<int>(number() % static_cast<std::uint64_t>(below)); }

    int between(int least, int most) { return least + below(most - least + 1); }

    // True `of` times in a thousand.
    bool happens(int of) { return below(1000) < of; }

    // Milliseconds that something takes: mostly little, sometimes long.
    int latency(int usual, int longest) {
        return happens(900) ? between(0, usual) : between(usual, longest);
    }

  private:
    std::uint64_t state_;
};

}  // namespace caas::sim
