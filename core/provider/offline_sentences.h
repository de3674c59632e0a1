// The beginning of a brief, cut into sentences, for the offline provider. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caas::provider {

struct Opening {
    std::string line;                    // what was read, on one line, without links
    std::vector<std::string> sentences;  // at most four, without links
    std::string url;                     // the first link
    std::int64_t words = 0;
};

// Reads at most the first 4,000 bytes: a brief may be a whole document.
Opening read_opening(std::string_view prompt);

// ASCII letters only: other scripts keep theirs.
std::string lowered(std::string_view text);
std::int64_t count_words(std::string_view text);

}  // namespace caas::provider
