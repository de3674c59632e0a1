// The difference of two sequences of numbers: what diff.h makes of words and of lines. The shortest
// one (Myers 1986) where that is cheap; where the sequences share little, cut at elements that
// occur once in both, and at last "all of this instead of all of that", so that time and memory
// stay bounded whatever comes in. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caas::text {

// Elements a[old_begin, old_end) became b[new_begin, new_end); one of the two may be empty.
struct Replacement {
    std::size_t old_begin = 0;
    std::size_t old_end = 0;
    std::size_t new_begin = 0;
    std::size_t new_end = 0;
};

// In order, apart from each other by at least one equal element.
std::vector<Replacement> sequence_diff(
    std::span<const std::uint32_t> a, std::span<const std::uint32_t> b);

}  // namespace caas::text
