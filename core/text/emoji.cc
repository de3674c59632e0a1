#include "core/text/emoji.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text/emoji_join.h"
#include "core/text/utf16.h"

namespace caas::text {
namespace {

constexpr char16_t keycap = 0x20E3;
constexpr char32_t regional_a = 0x1F1E6;
constexpr char32_t regional_z = 0x1F1FF;

// Region codes with a flag (emoji-sequences.txt, Emoji 16.0): for each first letter its second
// ones.
constexpr std::array<std::string_view, 26> regions{
    "CDEFGILMOQRSTUWXZ",
    "ABDEFGHIJLMNOQRSTVWYZ",
    "ACDFGHIKLMNOPQRUVWXYZ",
    "EGJKMOZ",
    "ACEGHRSTU",
    "IJKMOR",
    "ABDEFGHILMNPQRSTUWY",
    "KMNRTU",
    "CDELMNOQRST",
    "EMOP",
    "EGHIMNPRWYZ",
    "ABCIKRSTUVY",
    "ACDEFGHKLMNOPQRSTUVWXYZ",
    "ACEFGILOPRUZ",
    "M",
    "AEFGHKLMNRSTWY",
    "A",
    "EOSUW",
    "ABCDEGHIJKLMNORSTVXYZ",
    "ACDFGHJKLMNORTVWZ",
    "AGMNSYZ",
    "ACEGINU",
    "FS",
    "K",
    "ET",
    "AMW",
};

std::size_t flag_length(std::u16string_view text, std::size_t at) {
    const char32_t first = point_at(text, at);
    if (first < regional_a || first > regional_z || at + 3 >= text.size()) {
        return 0;
    }
    const char32_t second = point_at(text, at + 2);
    if (second < regional_a || second > regional_z) {
        return 0;
    }
    const char letter = static_cast<char>('A' + static_cast<int>(second - regional_a));
    return regions[first - regional_a].find(letter) != std::string_view::npos ? 4 : 0;
}

// The three flags made of a black flag and tags: England, Scotland, Wales.
std::size_t tag_flag_length(std::u16string_view text, std::size_t at) {
    constexpr std::array<std::string_view, 3> codes{"gbeng", "gbsct", "gbwls"};
    constexpr std::size_t length = 2 + 2 * 5 + 2;
    if (point_at(text, at) != 0x1F3F4 || text.size() - at < length) {
        return 0;
    }
    std::string_view::size_type i = 0;
    std::array<char, 5> code{};
    for (; i < code.size(); ++i) {
        const char32_t tag = point_at(text, at + 2 + 2 * i);
        if (tag < 0xE0061 || tag > 0xE007A) {
            return 0;
        }
        code[i] = static_cast<char>('a' + static_cast<int>(tag - 0xE0061));
    }
    const bool is_known =
        std::find(codes.begin(), codes.end(), std::string_view(code.data(), code.size())) !=
        codes.end();
    return is_known && point_at(text, at + 2 + 2 * i) == 0xE007F ? length : 0;
}

std::size_t keycap_length(std::u16string_view text, std::size_t at) {
    const char16_t unit = text[at];
    if (unit != '#' && unit != '*' && (unit < '0' || unit > '9')) {
        return 0;
    }
    const std::size_t sign = at + 1 < text.size() && text[at + 1] == emoji_style ? 2 : 1;
    return at + sign < text.size() && text[at + sign] == keycap ? sign + 1 : 0;
}

}  // namespace

std::size_t emoji_length(std::u16string_view text, std::size_t at) {
    const char16_t unit = text[at];
    if (unit < 0x2000 && unit != 0xA9 && unit != 0xAE) {
        return keycap_length(text, at);
    }
    for (const auto length : {tag_flag_length, flag_length, joined_emoji_length}) {
        if (const std::size_t units = length(text, at)) {
            return units;
        }
    }
    const char32_t base = point_at(text, at);
    const std::size_t size = units_of(base);
    const std::size_t style =
        takes_emoji_style(base) && at + size < text.size() && text[at + size] == emoji_style ? 1
                                                                                             : 0;
    const bool may_have_tone = takes_skin_tone(base) && (style == 0 || is_styled_person(base));
    const std::size_t end = at + size + style;
    const std::size_t tone =
        may_have_tone && end < text.size() && is_skin_tone(point_at(text, end)) ? 2 : 0;
    return style + tone > 0 ? size + style + tone : 0;
}

}  // namespace caas::text
