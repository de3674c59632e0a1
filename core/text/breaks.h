// Where a text may be cut: at sentence ends, word ends and between graphemes, but never inside a
// URL, a mention, a hashtag or a cashtag. Takes any bytes. Immutable once built; any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/text/length.h"

namespace caas::text {

// Byte offsets, ascending; a cut at one leaves what stands in front whole. The end of the text is
// the last of each.
struct Breaks {
    std::vector<std::size_t> sentences;  // behind the closing mark, or in front of a line end
    std::vector<std::size_t> words;      // in front of white space; between characters of scripts
                                         // without spaces
    std::vector<std::size_t> graphemes;
};

Breaks find_breaks(std::string_view text);

// Without white space at both ends.
std::string_view trimmed(std::string_view text);

// The last break of each kind at which text[begin, break), trimmed and with `tail` behind it, fits;
// `begin` where there is none.
struct Fitting {
    std::size_t sentence = 0;
    std::size_t word = 0;
    std::size_t grapheme = 0;
};

// Takes time by what fits, not by the length of the text.
Fitting last_fitting(
    std::string_view text,
    std::size_t begin,
    const Breaks& breaks,
    std::string_view tail,
    const Room& room);

}  // namespace caas::text
