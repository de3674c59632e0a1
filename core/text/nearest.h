// "Did you mean …?": the known word nearest to a mistyped one. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace caas::text {

// Steps from one word to the other: letters added, left out, changed, or two neighbours swapped
// (Damerau-Levenshtein, each place edited once), over folded code points.
std::size_t distance(std::string_view a, std::string_view b);

// The candidate with the fewest steps, the first of equals; empty when none is near enough to be
// meant: more than a third of the word, or one step in words of up to three letters. A candidate
// that the word begins counts as near.
std::string_view nearest(std::string_view word, std::span<const std::string> candidates);
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace caas::text
