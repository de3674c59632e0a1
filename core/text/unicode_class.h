// General categories of Unicode 15.0 that the rules of core/text ask for, from utf8proc. Pure; any
// thread. Only for core/text.
#pragma once

namespace caas::text {

bool is_letter(char32_t point);       // L*
bool is_mark(char32_t point);         // M*
bool is_number(char32_t point);       // N*
bool is_punctuation(char32_t point);  // P*
bool is_lower(char32_t point);
bool is_upper(char32_t point);
// White space of any script, line ends included.
bool is_space(char32_t point);
// Scripts written without spaces between words: Han, Kana, Thai, Lao, Khmer, Myanmar. (Hangul has
// spaces.)
bool is_unspaced_script(char32_t point);

}  // namespace caas::text
