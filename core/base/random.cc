#include "core/base/random.h"

#include <array>
#include <bit>

#include <openssl/rand.h>

#include "core/base/error.h"

namespace caas {

std::uint64_t Random::number() {
    std::array<std::uint8_t, 8> raw{};
    fill(raw);
    return std::bit_cast<std::uint64_t>(raw);
}

double Random::fraction() {
    // 53 bits: all a double can hold below one.
    return static_cast<double>(number() >> 11U) * 0x1.0p-53;
}

std::string Random::bytes(std::size_t count) {
    std::vector<std::uint8_t> raw(count);
    fill(raw);
    return {raw.begin(), raw.end()};
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw Error(Code::internal, "the operating system gave no random bytes");
}

}  // namespace caas
