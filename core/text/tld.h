// Which endings of a domain are top-level domains. Two answers, because they differ: X counts by
// the list of twitter-text 3.1 (2019), Bluesky's clients by the root zone. Immutable; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace caas::text {

// Whether `name` (lower case, UTF-8) is in the root zone of 2025.
bool is_top_level_domain(std::string_view name);
// The end of the top-level domain that starts at unit `at` as twitter-text matches it: case-blind,
// the longest name, not followed by a letter or digit of ASCII or one of "@+-"; or any "xn--"
// label. 0 when there is none.
std::size_t match_x_tld(std::u16string_view text, std::size_t at);

}  // namespace caas::text
