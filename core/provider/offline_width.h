// How much room a text of the offline provider takes, on the safe side. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace caas::provider {

// An upper bound of what every platform counts: links as at least 23, characters outside of the
// Latin blocks as 2 (X), so that a text that fits by it fits by any rule.
std::size_t width(std::string_view text);
// The longest beginning of that width that ends at a word, with an ellipsis when it was cut.
std::string cut_to_width(std::string_view text, std::size_t most);

}  // namespace caas::provider
