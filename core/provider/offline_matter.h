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

// `language` is the tag that was asked for, or empty.
Matter read_matter(std::string_view prompt, std::string_view language);

}  // namespace caas::provider
