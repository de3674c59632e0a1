#include "core/text/char_class.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace caas::text {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), c, [](char32_t value, const Range& range) {
            return value < range.first;
        });
    return after != ranges.begin() && c <= std::prev(after)->last;
}

constexpr bool is_one_of(std::u32string_view set, char32_t c) {
    return set.find(c) != std::u32string_view::npos;
}

constexpr std::array<Range, 18> not_in_domain{{
    {0x09, 0x0D},
    {0x20, 0x21},
    {0x23, 0x2F},
    {0x3A, 0x40},
    {0x5B, 0x5F},
    {0x7B, 0x7E},
    {0x85, 0x85},
    {0xA0, 0xA0},
    {0x061C, 0x061C},
    {0x1680, 0x1680},
    {0x180E, 0x180E},
    {0x2000, 0x200A},
    {0x200E, 0x200F},
    {0x2028, 0x202F},
    {0x205F, 0x205F},
    {0x2066, 0x2069},
    {0x3000, 0x3000},
    {0xFEFF, 0xFEFF},
}};

// Accented Latin as a case-blind class sees it: small and capital forms from outside come in.
constexpr std::array<Range, 20> accented_any_case{{
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x024F},   {0x0253, 0x0254}, {0x0256, 0x0257},
    {0x0259, 0x0259}, {0x025B, 0x025B}, {0x0260, 0x0260}, {0x0263, 0x0263}, {0x0268, 0x0269},
    {0x026F, 0x026F}, {0x0272, 0x0272}, {0x0275, 0x0275}, {0x0280, 0x0280}, {0x0283, 0x0283},
    {0x0288, 0x028C}, {0x0292, 0x0292}, {0x02BB, 0x02BB}, {0x0300, 0x036F}, {0x1E00, 0x1EFF},
}};

constexpr std::array<Range, 16> accented{{
    {0xC0, 0xD6},
    {0xD8, 0xF6},
    {0xF8, 0x024F},
    {0x0253, 0x0254},
    {0x0256, 0x0257},
    {0x0259, 0x0259},
    {0x025B, 0x025B},
    {0x0263, 0x0263},
    {0x0268, 0x0268},
    {0x026F, 0x026F},
    {0x0272, 0x0272},
    {0x0289, 0x0289},
    {0x028B, 0x028B},
    {0x02BB, 0x02BB},
    {0x0300, 0x036F},
    {0x1E00, 0x1EFF},
}};

constexpr std::array<Range, 602> hashtag_letters{{
#include "core/text/hashtag_letters.inc"
}};

constexpr std::array<Range, 50> hashtag_digits{{
#include "core/text/hashtag_digits.inc"
}};

bool is_accented_any_case(char32_t c) {
    return is_in(accented_any_case, c) ||
           is_one_of(U"\u0399\u03B9\u1FBE\u2C65\u2C66\u2C7E\u2C7F", c);
}

bool is_cyrillic(char32_t c) {
    return (c >= 0x0400 && c <= 0x04FF) || (c >= 0x1C80 && c <= 0x1C87);
}

}  // namespace

bool is_before_url(char16_t unit) {
    return !is_ascii_alnum(unit) && !is_one_of(U"#$@\uFF03\uFF20", unit) && !is_refused_by_x(unit);
}

bool is_domain_char(char16_t unit) {
    return is_ascii_alnum(unit) || (!is_in(not_in_domain, unit) && unit < 0xFFFE);
}

bool is_ascii_domain_char(char16_t unit) {
    return is_ascii_alnum(unit) || unit == '-' || is_accented_any_case(unit);
}

bool is_path_char(char16_t unit) {
    return is_ascii_alnum(unit) || is_one_of(U"!#$%&'*+,-./:;=@[]_|~\u2013", unit) ||
           is_accented_any_case(unit) || is_cyrillic(unit);
}

bool is_path_end(char16_t unit) {
    return is_ascii_alnum(unit) || is_one_of(U"#+-/=_", unit) || is_accented_any_case(unit) ||
           is_cyrillic(unit);
}

bool is_query_char(char16_t unit) {
    return is_ascii_alnum(unit) || is_one_of(U"!#$%&'()*+,-./:;=?@[]_|~", unit);
}

bool is_query_end(char16_t unit) {
    return is_ascii_alnum(unit) || is_one_of(U"#&-/=_", unit);
}

bool is_accented_latin(char16_t unit) {
    return is_in(accented, unit);
}

bool is_x_space(char16_t unit) {
    return (unit >= 0x09 && unit <= 0x0D) || (unit >= 0x2000 && unit <= 0x200A) ||
           is_one_of(U" \u0085\u00A0\u1680\u180E\u2028\u2029\u202F\u205F\u3000", unit);
}

bool is_js_space(char32_t point) {
    return (point >= 0x09 && point <= 0x0D) || (point >= 0x2000 && point <= 0x200A) ||
           is_one_of(U" \u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF", point);
}

bool is_x_punctuation(char16_t unit) {
    return unit >= 0x21 && unit <= 0x7E && !is_ascii_alnum(unit) && unit != '"' && unit != '`';
}

bool is_hashtag_letter(char32_t point) {
    return is_ascii_letter(point) || (point >= 0x80 && is_in(hashtag_letters, point));
}

bool is_hashtag_char(char32_t point) {
    return is_ascii_alnum(point) || is_hashtag_letter(point) || is_in(hashtag_digits, point) ||
           is_one_of(
               U"_\u200C\u200D\uA67E\u05BE\u05F3\u05F4\uFF5E\u301C\u309B\u309C\u30A0\u30FB\u3003"
               U"\u0F0B\u0F0C\u00B7",
               point);
}

bool is_refused_by_x(char16_t unit) {
    return unit == 0xFEFF || unit >= 0xFFFE;
}

}  // namespace caas::text
