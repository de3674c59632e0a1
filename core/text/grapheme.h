// User-perceived characters: extended grapheme clusters of UAX #29, by utf8proc's tables (Unicode
// 15.0, without rule GB9c of 15.1: an Indic conjunct counts as several, so a count is never lower
// than that of a server that has the rule). Takes any bytes. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace caas::text {

// The end of the cluster that starts at byte `at`, which must be a cluster boundary inside the
// text.
std::size_t next_grapheme(std::string_view text, std::size_t at);
std::size_t graphemes(std::string_view text);
// The first `count` clusters; the whole text when it has fewer.
std::string_view first_graphemes(std::string_view text, std::size_t count);

}  // namespace caas::text
