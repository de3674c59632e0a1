// A long text as a thread: parts that each fit, cut at sentence ends, else at word ends, else
// between graphemes; never inside a URL, a mention, a tag or a grapheme. The same text gives the
// same parts. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/length.h"

namespace caas::text {

enum class Numbering : std::uint8_t {
    none,
    suffix,  // " (1/3)" behind each part, counted as part of it
};

// One part without a number when the whole text fits; white space around a cut is dropped. Throws
// Error(invalid) when something that must stay whole does not fit into one part, or when there
// would be 10,000 parts or more. An empty text gives no part.
std::vector<std::string> split(
    std::string_view text, const Room& room, Numbering numbering = Numbering::suffix);

}  // namespace caas::text
