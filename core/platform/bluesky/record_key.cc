#include "core/platform/bluesky/record_key.h"

#include <algorithm>

namespace caas::platform::bluesky {
namespace {

constexpr std::string_view alphabet = "234567abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t length = 13;
constexpr unsigned bits_a_character = 5;
constexpr unsigned clock_id_bits = 10;
// The reference implementation draws clock ids below 32 only.
constexpr std::uint64_t clock_ids = 32;

}  // namespace

std::string make_record_key(Instant now, Random& random, std::string_view after) {
    const auto chance = random.number();
    // The clock gives milliseconds; chance fills the microseconds below.
    auto microseconds = to_ms(now) * 1000 + static_cast<std::int64_t>((chance >> 16U) % 1000);
    if (const auto before = microseconds_of(after))
        microseconds = std::max(microseconds, *before + 1);
    auto bits = (static_cast<std::uint64_t>(microseconds) << clock_id_bits) | (chance % clock_ids);
    std::string key(length, alphabet.front());
    for (auto at = key.rbegin(); at != key.rend(); ++at) {
        *at = alphabet[bits % alphabet.size()];
        bits >>= bits_a_character;
    }
    return key;
}

bool is_record_key(std::string_view text) {
    // The top bit is 0, so the first character is in the lower half of the alphabet.
    return text.size() == length && alphabet.substr(0, 16).find(text.front()) != alphabet.npos &&
           text.find_first_not_of(alphabet) == text.npos;
}

std::optional<std::int64_t> microseconds_of(std::string_view key) {
    if (!is_record_key(key))
        return std::nullopt;
    std::uint64_t bits = 0;
    for (const char c : key)
        bits = (bits << bits_a_character) | alphabet.find(c);
    return static_cast<std::int64_t>(bits >> clock_id_bits);
}

}  // namespace caas::platform::bluesky
