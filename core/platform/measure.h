// How long a text is by a platform's limits, and where it gets too long. Pure functions; any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/platform/limits.h"
#include "core/text/length.h"

namespace caas::platform {

// In the unit of the limits.
std::int64_t measure(std::string_view text, const Limits& limits);

// The byte where a beginning of at most `limit` ends.
std::size_t fitting_bytes(std::string_view text, const Limits& limits, std::int64_t limit);

// The limits as text::shorten and text::split take them. They do not know Threads' unit: there its
// limit is taken for bytes as well, which is never too much.
text::Room fits(const Limits& limits);

}  // namespace caas::platform
