// How long a text is for a platform, by the rule that platform counts with, and whether it has
// room. Takes any bytes, in time linear in the text. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caas::text {

enum class Counting : std::uint8_t {
    weighted,     // X: weight.h
    graphemes,    // Bluesky
    mastodon,     // graphemes, but a URL with http(s) is 23 and "@ana@example.com" is "@ana"
    utf16,        // LinkedIn, to be safe: it documents "characters" (wire/platforms.md, section 9)
    code_points,  // Instagram
};

std::int64_t length(std::string_view text, Counting counting);

// What a text may have at most. 0 is no limit of that kind.
struct Room {
    Counting counting = Counting::graphemes;
    std::int64_t limit = 0;
    std::int64_t bytes = 0;
};

bool fits(std::string_view text, const Room& room);
// Bytes of a beginning that fits, ending between graphemes: where the text gets too long. It is the
// longest one unless a longer one counts less (a URL of X that becomes whole).
std::size_t fitting_bytes(std::string_view text, const Room& room);

}  // namespace caas::text
