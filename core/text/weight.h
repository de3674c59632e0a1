// The length X counts, as twitter-text v3 does (docs.x.com, "counting characters"; checked against
// npm twitter-text 3.1.0 by tests/npm/twitter-text). Over the text in NFC: a URL is 23, an emoji 2,
// a character 1 in four ranges (Latin to Georgian, and common punctuation) and otherwise 2. Takes
// any bytes, in time linear in the text. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caas::text {

constexpr int x_url_length = 23;

struct Weight {
    std::int64_t length = 0;
    // It has U+FFFE, U+FEFF or U+FFFF: X takes no post with one, however short.
    bool has_refused_character = false;
};

Weight weigh(std::string_view text);
std::int64_t weighted_length(std::string_view text);
// The byte where the first character stands that X refuses, or the length of the text.
std::size_t find_refused_by_x(std::string_view text);

}  // namespace caas::text
