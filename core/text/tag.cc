#include "core/text/tag.h"

#include <algorithm>

#include "core/text/char_class.h"
#include "core/text/utf16.h"

namespace caas::text {
namespace {

// Longest name and list name of X (twitter-text 3.1, validMentionOrList.js).
constexpr std::size_t name_limit = 20;
constexpr std::size_t list_limit = 25;
// validCashtag.js: one to six letters, then "." or "_" and one or two more.
constexpr std::size_t ticker_limit = 6;
constexpr std::size_t ticker_tail_limit = 2;

bool is_at(char16_t unit) {
    return unit == '@' || unit == 0xFF20;
}

bool is_hash(char16_t unit) {
    return unit == '#' || unit == 0xFF03;
}

bool is_name_char(char16_t unit) {
    return is_ascii_alnum(unit) || unit == '_';
}

bool has_scheme_tail(std::u16string_view text, std::size_t at) {
    return text.substr(std::min(at, text.size()), 3) == u"://";
}

// "RT", "rt:" … in front of `at`, itself after a character that does not make it part of a word.
bool follows_retweet(std::u16string_view text, std::size_t from, std::size_t at) {
    std::size_t end = at;
    if (end > from && text[end - 1] == ':') {
        --end;
    }
    if (end < from + 2 || ascii_lower(text[end - 1]) != 't' || ascii_lower(text[end - 2]) != 'r') {
        return false;
    }
    const std::size_t begin = end - 2;
    if (begin == 0) {
        return true;
    }
    const char16_t before = text[begin - 1];
    return begin > from && !is_name_char(before) && before != '+' && before != '~' &&
           before != '.' && before != '-';
}

bool may_mention_at(std::u16string_view text, std::size_t from, std::size_t at) {
    if (at == 0) {
        return true;
    }
    const std::u16string_view never = u"!#$%&*";
    const char16_t before = text[at - 1];
    const bool is_free = at > from && !is_name_char(before) && !is_at(before) &&
                         never.find(before) == std::u16string_view::npos;
    return is_free || follows_retweet(text, from, at);
}

bool may_hashtag_at(std::u16string_view text, std::size_t from, std::size_t at) {
    if (at == 0) {
        return true;
    }
    if (at <= from) {
        return false;
    }
    const char16_t before = text[at - 1];
    if (before == 0xFE0E || before == 0xFE0F) {
        return true;
    }
    if (is_low_surrogate(before)) {
        return at >= from + 2 && !is_hashtag_char(point_at(text, at - 2));
    }
    return before != '&' && !is_hashtag_char(before);
}

bool is_ticker_end(std::u16string_view text, std::size_t at) {
    return at >= text.size() || is_js_space(text[at]) || is_x_punctuation(text[at]);
}

std::size_t letters_end(std::u16string_view text, std::size_t at, std::size_t limit) {
    std::size_t end = at;
    while (end < text.size() && end - at < limit && is_ascii_letter(text[end])) {
        ++end;
    }
    return end;
}

}  // namespace

std::vector<TagMatch> find_mentions(std::u16string_view text) {
    std::vector<TagMatch> out;
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_at(text[at]) || !may_mention_at(text, from, at)) {
            continue;
        }
        std::size_t end = at + 1;
        while (end < text.size() && end - at <= name_limit && is_name_char(text[end])) {
            ++end;
        }
        if (end == at + 1) {
            continue;
        }
        TagMatch match{at, end, false};
        if (end + 1 < text.size() && text[end] == '/' && is_ascii_letter(text[end + 1])) {
            match.is_list = true;
            match.end = end + 1;
            while (match.end < text.size() && match.end - end <= list_limit &&
                   (is_name_char(text[match.end]) || text[match.end] == '-')) {
                ++match.end;
            }
        }
        from = match.end;
        const bool goes_on =
            from < text.size() && (is_at(text[from]) || is_accented_latin(text[from]));
        if (!goes_on && !has_scheme_tail(text, from)) {
            out.push_back(match);
        }
        at = from - 1;
    }
    return out;
}

std::vector<TagMatch> find_hashtags(std::u16string_view text) {
    std::vector<TagMatch> out;
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_hash(text[at]) || !may_hashtag_at(text, from, at)) {
            continue;
        }
        std::size_t end = at + 1;
        if (end < text.size() && (text[end] == 0xFE0F || text[end] == 0x20E3)) {
            continue;  // a keycap
        }
        bool has_letter = false;
        while (end < text.size()) {
            const char32_t point = point_at(text, end);
            if (!is_hashtag_char(point)) {
                break;
            }
            has_letter = has_letter || is_hashtag_letter(point);
            end += units_of(point);
        }
        if (!has_letter) {
            continue;
        }
        from = end;
        if (!(from < text.size() && is_hash(text[from])) && !has_scheme_tail(text, from)) {
            out.push_back({at, end, false});
        }
        at = from - 1;
    }
    return out;
}

std::vector<TagMatch> find_cashtags(std::u16string_view text) {
    std::vector<TagMatch> out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '$' || (at > 0 && !is_x_space(text[at - 1]))) {
            continue;
        }
        const std::size_t letters = letters_end(text, at + 1, ticker_limit);
        std::size_t end = letters;
        if (letters < text.size() && (text[letters] == '.' || text[letters] == '_')) {
            const std::size_t tail = letters_end(text, letters + 1, ticker_tail_limit);
            end = tail > letters + 1 && is_ticker_end(text, tail) ? tail : letters;
        }
        if (letters > at + 1 && is_ticker_end(text, end)) {
            out.push_back({at, end, false});
        }
    }
    return out;
}

}  // namespace caas::text
