// The seam to chance. SystemRandom is the operating system's generator and fit for secrets.
//
// Implementations are safe to use from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace caas {

class Random {
  public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    virtual ~Random() = default;

    virtual void fill(std::span<std::uint8_t> bytes) = 0;

    std::uint64_t number();
    // Uniform in [0, 1).
    double fraction();
    // `count` random bytes, as raw bytes in a string.
    std::string bytes(std::size_t count);
};

class SystemRandom final : public Random {
  public:
    void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace caas
