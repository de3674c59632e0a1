// Text made comparable, and cut into what search compares: the same words whatever their case,
// accents or width. Takes any bytes; results are UTF-8. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caas::text {

// Compatibility forms, case and accents taken away ("Ærøskøbing" and "AEROSKOBING" become
// "aeroskobing"), then NFC. Vowel signs of scripts that need them stay. Everything but letters is
// left as it is.
std::string fold(std::string_view text);

struct TermLimits {
    std::size_t terms = 2000;  // different ones, the first of the text
    std::size_t bytes = 64;    // a longer word is cut at a character
};

// The terms a text is found by: folded words; of scripts without spaces each character and each
// pair of neighbours. Sorted, each once.
std::vector<std::string> terms(std::string_view text, const TermLimits& limits = {});
// The terms a question asks for: as above, but a run of a script without spaces gives its pairs
// only, so that a text must have the characters side by side. In the order of the question, each
// once.
std::vector<std::string> query_terms(std::string_view text, const TermLimits& limits = {});

}  // namespace caas::text
