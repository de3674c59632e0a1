// Emoji of several people or things: the sequences with U+200D, by the families Unicode makes them
// from, and the character sets the families share with emoji.cc. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace caas::text {

constexpr char16_t emoji_style = 0xFE0F;

constexpr bool is_skin_tone(char32_t point) {
    return point >= 0x1F3FB && point <= 0x1F3FF;
}

// A character that is text unless U+FE0F follows, or may have it all the same.
bool takes_emoji_style(char32_t point);
bool takes_skin_tone(char32_t point);
// People whose plain form is text: a skin tone may stand after their U+FE0F.
bool is_styled_person(char32_t point);

// Units of the longest joined sequence that starts at `at`, or 0.
std::size_t joined_emoji_length(std::u16string_view text, std::size_t at);

}  // namespace caas::text
