#include "core/text/punycode.h"

#include <algorithm>
#include <cstdint>

namespace caas::text {
namespace {

// Parameters of RFC 3492, section 5.
constexpr std::uint64_t base = 36;
constexpr std::uint64_t t_min = 1;
constexpr std::uint64_t t_max = 26;
constexpr std::uint64_t skew = 38;
constexpr std::uint64_t damp = 700;
constexpr std::uint64_t initial_bias = 72;
constexpr std::uint64_t initial_n = 128;

std::uint64_t adapt(std::uint64_t delta, std::uint64_t points, bool is_first) {
    delta = is_first ? delta / damp : delta / 2;
    delta += delta / points;
    std::uint64_t k = 0;
    while (delta > (base - t_min) * t_max / 2) {
        delta /= base - t_min;
        k += base;
    }
    return k + (base - t_min + 1) * delta / (delta + skew);
}

std::size_t digits_of(std::uint64_t delta, std::uint64_t bias) {
    std::size_t digits = 1;
    for (std::uint64_t k = base;; k += base, ++digits) {
        const std::uint64_t threshold = k <= bias ? t_min : std::min(k - bias, t_max);
        if (delta < threshold) {
            return digits;
        }
        delta = (delta - threshold) / (base - threshold);
    }
}

}  // namespace

std::size_t punycode_length(std::u32string_view label, std::size_t limit) {
    const auto basic = static_cast<std::size_t>(
        std::count_if(label.begin(), label.end(), [](char32_t c) { return c < initial_n; }));
    if (basic == label.size() || label.size() > limit) {
        return label.size();
    }
    std::size_t length = 4 + basic + (basic > 0 ? 1 : 0);
    std::uint64_t n = initial_n;
    std::uint64_t delta = 0;
    std::uint64_t bias = initial_bias;
    for (std::uint64_t handled = basic; handled < label.size() && length <= limit;) {
        char32_t next = 0x10FFFF;
        for (const char32_t c : label) {
            next = c >= n ? std::min(next, c) : next;
        }
        delta += (next - n) * (handled + 1);
        n = next;
        for (const char32_t c : label) {
            delta += c < n ? 1 : 0;
            if (c == n) {
                length += digits_of(delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                ++handled;
            }
        }
        ++delta;
        ++n;
    }
    return length;
}

}  // namespace caas::text
