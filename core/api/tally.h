// How many requests this process answered, and how. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/clock.h"

namespace caas::api {

// What became of deliveries of Stripe's events.
enum class Hook : std::uint8_t {
    accepted,
    duplicate,
    ignored,       // of a type that changes nothing, or of the other mode
    no_signature,  // no header
    malformed,     // a header that is none
    forged,        // signed with no secret of ours, or changed on its way
    old,           // signed too long ago
    unreadable,    // well signed, but no event
    too_large,
};

inline constexpr std::array<std::string_view, 9> hook_names{
    "accepted",
    "duplicate",
    "ignored",
    "no_signature",
    "malformed",
    "forged",
    "old",
    "unreadable",
    "too_large"};

class Tally {
  public:
    static constexpr std::size_t classes = 5;  // 1xx to 5xx

    void note(Hook hook) {
        hooks_.at(static_cast<std::size_t>(hook)).fetch_add(1, std::memory_order_relaxed);
    }

    std::uint64_t hooks(std::size_t hook) const {
        return hooks_.at(hook).load(std::memory_order_relaxed);
    }

    void note(int status, Monotonic took) {
        const auto at = static_cast<std::size_t>(status / 100 - 1);
        if (at < classes)
            answers_.at(at).fetch_add(1, std::memory_order_relaxed);
        nanoseconds_.fetch_add(
            static_cast<std::uint64_t>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(took).count()),
            std::memory_order_relaxed);
    }

    std::uint64_t answers(std::size_t status_class) const {
        return answers_.at(status_class).load(std::memory_order_relaxed);
    }

    // That all of them took together, without what streams sent afterwards.
    double seconds() const {
        return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
    }

  private:
    std::array<std::atomic<std::uint64_t>, classes> answers_{};
    std::array<std::atomic<std::uint64_t>, hook_names.size()> hooks_{};
    std::atomic<std::uint64_t> nanoseconds_ = 0;
};

}  // namespace caas::api
