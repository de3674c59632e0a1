#include "core/text/emoji_join.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/text/utf16.h"

namespace caas::text {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr Range style_ranges[] = {
#include "core/text/emoji_style.inc"
};

constexpr Range tone_ranges[] = {
#include "core/text/emoji_tone.inc"
};

bool is_in(std::span<const Range> ranges, char32_t c) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), c, [](char32_t value, const Range& range) {
            return value < range.first;
        });
    return after != ranges.begin() && c <= std::prev(after)->last;
}

constexpr bool has(std::u32string_view set, char32_t c) {
    return set.find(c) != std::u32string_view::npos;
}

constexpr char16_t joiner = 0x200D;
constexpr char32_t man = 0x1F468;
constexpr char32_t woman = 0x1F469;
constexpr char32_t adult = 0x1F9D1;
constexpr char32_t boy = 0x1F466;
constexpr char32_t girl = 0x1F467;
constexpr char32_t child = 0x1F9D2;
constexpr char32_t heart = 0x2764;
constexpr char32_t kiss = 0x1F48B;
constexpr char32_t handshake = 0x1F91D;
constexpr char32_t bunny = 0x1F430;
constexpr char32_t fight_cloud = 0x1FAEF;
constexpr char32_t right_arrow = 0x27A1;
constexpr char32_t right_hand = 0x1FAF1;
constexpr char32_t left_hand = 0x1FAF2;

// What a person does or wears; the first three with U+FE0F.
constexpr std::u32string_view professions =
    U"\u2695\u2696\u2708"
    U"\U0001F33E\U0001F373\U0001F37C\U0001F384\U0001F393\U0001F3A4\U0001F3A8\U0001F3EB\U0001F3ED"
    U"\U0001F4BB\U0001F4BC\U0001F527\U0001F52C\U0001F680\U0001F692\U0001F9AF\U0001F9B0\U0001F9B1"
    U"\U0001F9B2\U0001F9B3\U0001F9BC\U0001F9BD\U0001FA70";
// Those a woman's or man's sign may follow, with or without a skin tone.
constexpr std::u32string_view gendered =
    U"\U0001F3C3\U0001F3C4\U0001F3CA\U0001F46E\U0001F46F\U0001F470\U0001F471\U0001F473\U0001F477"
    U"\U0001F481\U0001F482\U0001F486\U0001F487\U0001F645\U0001F646\U0001F647\U0001F64B\U0001F64D"
    U"\U0001F64E\U0001F6A3\U0001F6B4\U0001F6B5\U0001F6B6\U0001F926\U0001F935\U0001F937\U0001F938"
    U"\U0001F939\U0001F93C\U0001F93D\U0001F93E\U0001F9B8\U0001F9B9\U0001F9CD\U0001F9CE\U0001F9CF"
    U"\U0001F9D4\U0001F9D6\U0001F9D7\U0001F9D8\U0001F9D9\U0001F9DA\U0001F9DB\U0001F9DC\U0001F9DD";
constexpr std::u32string_view gendered_without_tone = U"\U0001F9DE\U0001F9DF";
// Those for whom that needs U+FE0F or a skin tone.
constexpr std::u32string_view gendered_styled = U"\u26F9\U0001F3CB\U0001F3CC\U0001F574\U0001F575";
// Who can turn right: walking, running, kneeling; and what one moves with.
constexpr std::u32string_view movers = U"\U0001F6B6\U0001F3C3\U0001F9CE";
constexpr std::u32string_view vehicles = U"\U0001F9AF\U0001F9BC\U0001F9BD";

struct Element {
    char32_t point = 0;
    bool has_style = false;
    char32_t tone = 0;

    bool is(char32_t wanted, bool styled = false) const {
        return point == wanted && has_style == styled && tone == 0;
    }

    bool is_person() const {
        return !has_style && (point == man || point == woman || point == adult);
    }
};

struct Pair {
    Element first;
    Element second;
};

constexpr std::array<Pair, 19> pairs{{
    {{heart, true}, {0x1F525}},         // on fire
    {{heart, true}, {0x1FA79}},         // mending
    {{0x1F3F3, true}, {0x1F308}},       // rainbow flag
    {{0x1F3F3, true}, {0x26A7, true}},  // transgender flag
    {{0x1F3F4}, {0x2620, true}},        // pirate flag
    {{0x1F408}, {0x2B1B}},              // black cat
    {{0x1F415}, {0x1F9BA}},             // service dog
    {{0x1F426}, {0x2B1B}},              // black bird
    {{0x1F426}, {0x1F525}},             // phoenix
    {{0x1F43B}, {0x2744, true}},        // polar bear
    {{0x1F34B}, {0x1F7E9}},             // lime
    {{0x1F344}, {0x1F7EB}},             // brown mushroom
    {{0x26D3, true}, {0x1F4A5}},        // broken chain
    {{0x1F62E}, {0x1F4A8}},             // exhaling
    {{0x1F635}, {0x1F4AB}},             // spiral eyes
    {{0x1F636}, {0x1F32B, true}},       // in clouds
    {{0x1F642}, {0x2194, true}},        // shaking sideways
    {{0x1F642}, {0x2195, true}},        // shaking up and down
    {{adult}, {child}},                 // family
}};

using Elements = std::span<const Element>;

bool is_gender(const Element& e) {
    return e.is(0x2640, true) || e.is(0x2642, true);
}

bool have_tones(const Element& a, const Element& b, bool must_differ) {
    return a.tone != 0 && b.tone != 0 && (!must_differ || a.tone != b.tone);
}

// Man with man, woman with man, woman with woman: the order Unicode has.
bool is_ordered_couple(const Element& a, const Element& b) {
    return (a.point == woman && (b.point == man || b.point == woman)) ||
           (a.point == man && b.point == man);
}

bool is_couple(const Element& a, const Element& link, const Element& b) {
    if (!a.is_person() || !b.is_person()) {
        return false;
    }
    const bool is_plain = a.tone == 0 && b.tone == 0;
    const bool are_adults = a.point == adult && b.point == adult;
    const bool is_ordered = is_ordered_couple(a, b);
    if (link.is(heart, true) || link.is(kiss)) {
        return (is_ordered && (is_plain || have_tones(a, b, false))) ||
               (are_adults && have_tones(a, b, true));
    }
    if (link.is(handshake)) {
        return (are_adults && (is_plain || have_tones(a, b, false))) ||
               (is_ordered && have_tones(a, b, true));
    }
    const bool is_alike = a.point == b.point;
    return (link.is(bunny) || link.is(fight_cloud)) && is_alike && have_tones(a, b, true);
}

bool is_children(Elements e) {
    if (e.size() == 1) {
        return e[0].is(boy) || e[0].is(girl);
    }
    return e.size() == 2 &&
           ((e[0].is(girl) && (e[1].is(boy) || e[1].is(girl))) || (e[0].is(boy) && e[1].is(boy)));
}

bool is_family(Elements e) {
    if (e[0].is(adult)) {
        const std::size_t adults = e.size() > 1 && e[1].is(adult) ? 2 : 1;
        const Elements rest = e.subspan(adults);
        return !rest.empty() && rest.size() <= 2 &&
               std::all_of(rest.begin(), rest.end(), [](const Element& x) { return x.is(child); });
    }
    if (!e[0].is(man) && !e[0].is(woman)) {
        return false;
    }
    const bool are_two = e.size() > 1 && (e[1].is(man) || e[1].is(woman));
    if (are_two && e[0].is(woman) && e[1].is(man)) {
        return false;
    }
    return is_children(e.subspan(are_two ? 2 : 1));
}

bool is_pair(const Element& a, const Element& b) {
    const auto same = [](const Element& x, const Element& y) {
        return x.point == y.point && x.has_style == y.has_style && x.tone == y.tone;
    };
    if (std::any_of(pairs.begin(), pairs.end(), [&](const Pair& pair) {
            return same(pair.first, a) && same(pair.second, b);
        })) {
        return true;
    }
    // The eye in a speech bubble is written with U+FE0F and without.
    if (a.point == 0x1F441 && b.point == 0x1F5E8) {
        return a.tone == 0 && b.tone == 0;
    }
    if (b.tone != 0) {
        return false;
    }
    if (is_gender(b)) {
        return (!a.has_style && has(gendered, a.point)) ||
               (!a.has_style && a.tone == 0 && has(gendered_without_tone, a.point)) ||
               (has(gendered_styled, a.point) && a.has_style != (a.tone != 0));
    }
    if (b.is(right_arrow, true)) {
        return !a.has_style && has(movers, a.point);
    }
    return a.is_person() && has(professions, b.point) && b.has_style == (b.point < 0x10000);
}

bool is_hands(const Element& a, const Element& b) {
    return a.point == right_hand && b.point == left_hand && !a.has_style && !b.has_style &&
           have_tones(a, b, true);
}

bool is_sequence(Elements e) {
    switch (e.size()) {
        case 2:
            return is_hands(e[0], e[1]) || is_pair(e[0], e[1]) || is_family(e);
        case 3: {
            const bool turns = e[2].is(right_arrow, true);
            const bool moves = !e[0].has_style && has(movers, e[0].point) && is_gender(e[1]);
            const bool rides =
                e[0].is_person() && e[1].tone == 0 && !e[1].has_style && has(vehicles, e[1].point);
            return (turns && (moves || rides)) || is_couple(e[0], e[1], e[2]) || is_family(e);
        }
        case 4:
            return (e[1].is(heart, true) && e[2].is(kiss) && is_couple(e[0], e[2], e[3])) ||
                   is_family(e);
        default:
            return false;
    }
}

}  // namespace

bool takes_emoji_style(char32_t point) {
    return is_in(style_ranges, point);
}

bool takes_skin_tone(char32_t point) {
    return is_in(tone_ranges, point);
}

bool is_styled_person(char32_t point) {
    return has(
        U"\u261D\u26F7\u26F9\u270C\u270D\U0001F3CB\U0001F3CC\U0001F574\U0001F575\U0001F590", point);
}

std::size_t joined_emoji_length(std::u16string_view text, std::size_t at) {
    std::array<Element, 4> elements;
    std::size_t longest = 0;
    std::size_t end = at;
    for (std::size_t count = 0; count < elements.size() && end < text.size();) {
        Element& element = elements[count++];
        element.point = point_at(text, end);
        end += units_of(element.point);
        const auto measure = [&] {
            if (is_sequence(Elements(elements).first(count))) {
                longest = end - at;
            }
        };
        // A last element ends the sequence also where a style or tone that it does not take
        // follows.
        measure();
        if (end < text.size() && text[end] == emoji_style) {
            element.has_style = true;
            ++end;
        } else if (end + 1 < text.size() && is_skin_tone(point_at(text, end))) {
            element.tone = point_at(text, end);
            end += 2;
        }
        measure();
        if (end >= text.size() || text[end] != joiner) {
            break;
        }
        ++end;
    }
    return longest;
}

}  // namespace caas::text
