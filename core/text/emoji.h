// Which characters X's counter takes together as one emoji: those of Unicode's RGI set up to Emoji
// 17.0, in the spellings that twitter-text matches (fully qualified: U+FE0F where the set has it).
// X's rule is that any emoji counts 2 (docs.x.com, "counting characters"); a lone emoji character
// has that weight anyway, so the tables here hold only what joins characters. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace caas::text {

// Units of the emoji of several characters that starts at `at`: a keycap, a flag, a character with
// U+FE0F, one with a skin tone, or a sequence joined by U+200D. 0 when there is none.
std::size_t emoji_length(std::u16string_view text, std::size_t at);

}  // namespace caas::text
