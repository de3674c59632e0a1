// What the offline provider understands of a brief: its first sentences, a link, words for
// hashtags and a guess at the language. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caas::provider {

struct Matter {
    // The first sentence. With is_topic it is a thing ("our new platform") and has no end mark;
    // without, a sentence that begins with a capital and has one.
    std::string headline;
    bool is_topic = false;
    std::vector<std::string> more;  // at most three further sentences
    std::string url;                // the first one, taken out of the sentences
    std::vector<std::string> tags;  // without '#', best first
    std::string language;           // "en", "de", "es", "fr"; empty: none of them
    std::int64_t words = 0;         // that were read
};

// Reads at most the first 4,000 bytes: a brief may be a whole document. `language` is the tag that
// was asked for, or empty.
Matter read_matter(std::string_view prompt, std::string_view language);

// An upper bound of what every platform counts: links as at least 23, characters outside of the
// Latin blocks as 2 (X), so that a text that fits by it fits by any rule.
std::size_t width(std::string_view text);
// The longest beginning of that width that ends at a word, with an ellipsis when it was cut.
std::string cut_to_width(std::string_view text, std::size_t most);

std::int64_t count_words(std::string_view text);

}  // namespace caas::provider
