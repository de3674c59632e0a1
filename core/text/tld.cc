#include "core/text/tld.h"

#include <algorithm>
#include <array>
#include <string>

#include <utf8proc.h>

#include "core/text/char_class.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

constexpr std::string_view ascii_text =
#include "core/text/tld_ascii.inc"
    ;

constexpr std::string_view withdrawn_text =
#include "core/text/tld_withdrawn.inc"
    ;

constexpr std::u16string_view unicode_names[] = {
#include "core/text/tld_unicode.inc"
};

// Delegated since twitter-text's list was made.
constexpr std::array<std::string_view, 4> added{"amazon", "kids", "music", "spa"};
constexpr std::array<std::u16string_view, 3> added_unicode{u"ישראל", u"アマゾン", u"亚马逊"};
constexpr std::array<std::u16string_view, 7> withdrawn_unicode{
    u"工行", u"موبايلي", u"大众汽车", u"珠宝", u"اتصالات", u"诺基亚", u"手表"};

constexpr std::size_t count_names(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        count += c == ' ' ? 1 : 0;
    }
    return count;
}

template <std::size_t N>
constexpr std::array<std::string_view, N> names_of(std::string_view text) {
    std::array<std::string_view, N> names{};
    for (std::string_view& name : names) {
        std::size_t end = 0;
        while (text[end] != ' ') {
            ++end;
        }
        name = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    return names;
}

constexpr auto ascii_names = names_of<count_names(ascii_text)>(ascii_text);
constexpr auto withdrawn_names = names_of<count_names(withdrawn_text)>(withdrawn_text);

template <typename List, typename Name>
bool has(const List& list, const Name& name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

// Upper case as a case-blind expression of JavaScript compares units: one to one, never from
// another script into ASCII.
char16_t fold_unit(char16_t unit) {
    if (unit < 0x80) {
        return static_cast<char16_t>(ascii_lower(unit));
    }
    const utf8proc_int32_t upper = utf8proc_toupper(unit);
    return upper >= 0x80 && upper < 0x10000 ? static_cast<char16_t>(upper) : unit;
}

bool is_ended(std::u16string_view text, std::size_t at) {
    return at >= text.size() ||
           !(is_ascii_alnum(text[at]) || text[at] == '@' || text[at] == '+' || text[at] == '-');
}

std::size_t match_ascii(std::u16string_view text, std::size_t at) {
    constexpr std::size_t longest = 24;
    std::string name;
    std::size_t end = at;
    while (end < text.size() && is_ascii_letter(text[end]) && name.size() <= longest) {
        name.push_back(static_cast<char>(ascii_lower(text[end++])));
    }
    const bool is_known =
        is_ended(text, end) && !name.empty() &&
        std::binary_search(ascii_names.begin(), ascii_names.end(), std::string_view(name)) &&
        !has(added, std::string_view(name));
    return is_known ? end : 0;
}

std::size_t match_unicode(std::u16string_view text, std::size_t at) {
    std::size_t best = 0;
    for (const std::u16string_view name : unicode_names) {
        if (text.size() - at < name.size() || at + name.size() <= best) {
            continue;
        }
        bool is_same = true;
        for (std::size_t i = 0; i < name.size() && is_same; ++i) {
            is_same = fold_unit(text[at + i]) == fold_unit(name[i]);
        }
        if (is_same && is_ended(text, at + name.size()) && !has(added_unicode, name)) {
            best = at + name.size();
        }
    }
    return best;
}

std::size_t match_punycode(std::u16string_view text, std::size_t at) {
    constexpr std::u16string_view prefix = u"xn--";
    for (std::size_t i = 0; i < prefix.size(); ++i) {
        if (at + i >= text.size() || ascii_lower(text[at + i]) != prefix[i]) {
            return 0;
        }
    }
    std::size_t end = at + prefix.size();
    while (end < text.size() && (is_ascii_alnum(text[end]) || text[end] == '-')) {
        ++end;
    }
    return end > at + prefix.size() ? end : 0;
}

}  // namespace

bool is_top_level_domain(std::string_view name) {
    if (std::binary_search(ascii_names.begin(), ascii_names.end(), name)) {
        return !has(withdrawn_names, name);
    }
    for (const std::u16string_view wide : unicode_names) {
        std::string narrow;
        for (const char16_t unit : wide) {
            append(narrow, unit);
        }
        if (narrow == name) {
            return !has(withdrawn_unicode, wide);
        }
    }
    return false;
}

std::size_t match_x_tld(std::u16string_view text, std::size_t at) {
    if (at >= text.size()) {
        return 0;
    }
    for (const auto match : {match_ascii, match_unicode, match_punycode}) {
        if (const std::size_t end = match(text, at)) {
            return end;
        }
    }
    return 0;
}

}  // namespace caas::text
