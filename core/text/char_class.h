// The sets of characters that twitter-text v3 puts into its patterns, as facts: each set here was
// read off the package by asking its expression about every code unit (npm twitter-text 3.1.0),
// case blindness included. Pure functions; any thread. Only for core/text.
#pragma once

namespace caas::text {

// May stand before a URL.
bool is_before_url(char16_t unit);
// May be part of a label of a domain, apart from "-" and "_".
bool is_domain_char(char16_t unit);
// The narrower set for domains without a scheme: ASCII and accented Latin, with "-".
bool is_ascii_domain_char(char16_t unit);
bool is_path_char(char16_t unit);
bool is_path_end(char16_t unit);
bool is_query_char(char16_t unit);
bool is_query_end(char16_t unit);
// Accented Latin: ends what would have been a mention.
bool is_accented_latin(char16_t unit);
// White space as twitter-text lists it, and as \s of JavaScript has it.
bool is_x_space(char16_t unit);
bool is_js_space(char32_t point);
// ASCII punctuation without quote and backtick.
bool is_x_punctuation(char16_t unit);
bool is_hashtag_letter(char32_t point);
bool is_hashtag_char(char32_t point);
// U+FFFE, U+FEFF, U+FFFF: X refuses a post that has one.
bool is_refused_by_x(char16_t unit);

constexpr bool is_ascii_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_ascii_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr bool is_ascii_alnum(char32_t c) {
    return is_ascii_digit(c) || is_ascii_letter(c);
}

constexpr char32_t ascii_lower(char32_t c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

}  // namespace caas::text
