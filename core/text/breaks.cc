#include "core/text/breaks.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text/char_class.h"
#include "core/text/entity.h"
#include "core/text/facet.h"
#include "core/text/fold.h"
#include "core/text/grapheme.h"
#include "core/text/points.h"
#include "core/text/remote_mention.h"
#include "core/text/unicode_class.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

constexpr std::u32string_view wide_ends = U"\u3002\uFF01\uFF1F\uFF61";  // need no space behind
constexpr std::u32string_view other_ends =
    U".!?\u2026\u203C\u2047\u2048\u2049\u0589\u061F\u06D4\u0964\u0965";
constexpr std::u32string_view closers =
    U"\"')]}\u2019\u201D\u00BB\u203A\u300D\u300F\uFF09\u3011\u3015\u300B\u3009";
constexpr std::u32string_view not_at_start =
    U"\u3001\u3002\uFF0C\uFF0E\uFF01\uFF1F\u30FC\uFF1A\uFF1B";

// Words that end in a full stop inside a sentence, folded. Those that also end sentences ("etc",
// "inc") are left out: a cut there does no harm.
constexpr std::array<std::string_view, 16> abbreviations{
    "approx",
    "bzw",
    "ca",
    "dr",
    "gen",
    "hon",
    "jr",
    "mr",
    "mrs",
    "ms",
    "mt",
    "nr",
    "prof",
    "sr",
    "st",
    "vs"};

bool is_one_of(std::u32string_view set, char32_t c) {
    return set.find(c) != std::u32string_view::npos;
}

bool is_line_end(char32_t c) {
    return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

// Whether the full stop at `at` only shortens a word or numbers a line.
bool is_abbreviation(const Points& text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && is_letter(text[begin - 1])) {
        --begin;
    }
    if (at - begin == 1) {
        return true;  // "J. Smith", "e.g. this"
    }
    if (at > begin) {
        const std::string word = at - begin <= 8 ? fold(text.slice(begin, at)) : "";
        return std::find(abbreviations.begin(), abbreviations.end(), word) != abbreviations.end();
    }
    while (begin > 0 && is_ascii_digit(text[begin - 1])) {
        --begin;
    }
    return begin < at && (begin == 0 || is_line_end(text[begin - 1]));
}

bool goes_on_small(const Points& text, std::size_t at) {
    while (at < text.size() && is_space(text[at]) && !is_line_end(text[at])) {
        ++at;
    }
    return at < text.size() && is_lower(text[at]);
}

std::vector<std::size_t> sentence_ends(const Points& text) {
    std::vector<std::size_t> out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_line_end(text[at])) {
            std::size_t end = at;
            while (end > 0 && is_space(text[end - 1])) {
                --end;
            }
            out.push_back(text.byte_at(end));
            continue;
        }
        const bool is_wide = is_one_of(wide_ends, text[at]);
        if (!is_wide && !is_one_of(other_ends, text[at])) {
            continue;
        }
        std::size_t end = at + 1;
        while (end < text.size() &&
               (is_one_of(wide_ends, text[end]) || is_one_of(other_ends, text[end]) ||
                is_one_of(closers, text[end]))) {
            ++end;
        }
        const bool is_stop = text[at] == '.' && end == at + 1;
        const bool is_free = is_wide || end >= text.size() || is_space(text[end]);
        const bool may_go_on = text[at] == '.' || text[at] == 0x2026 || end > at + 1;
        if (is_free && !(is_stop && is_abbreviation(text, at)) &&
            !(may_go_on && goes_on_small(text, end))) {
            out.push_back(text.byte_at(end));
        }
        at = end - 1;
    }
    return out;
}

std::vector<std::size_t> word_ends(const Points& text) {
    std::vector<std::size_t> out;
    for (std::size_t at = 1; at < text.size(); ++at) {
        const char32_t before = text[at - 1];
        const char32_t after = text[at];
        const bool is_before_space = is_space(after) && !is_space(before);
        const bool touches_unspaced = is_unspaced_script(before) || is_unspaced_script(after);
        const bool is_closed = !is_punctuation(before) || is_one_of(closers, before) ||
                               is_one_of(not_at_start, before);
        const bool may_part = !is_space(before) && !is_space(after) && !is_mark(after) &&
                              !is_one_of(closers, after) && !is_one_of(not_at_start, after) &&
                              is_closed;
        if (is_before_space || (touches_unspaced && may_part)) {
            out.push_back(text.byte_at(at));
        }
    }
    return out;
}

struct Span {
    std::size_t begin;
    std::size_t end;
};

// What must stay whole, ascending and merged.
std::vector<Span> kept_whole(std::string_view text) {
    std::vector<Span> all;
    for (const Entity& entity : entities(text)) {
        all.push_back({entity.begin, entity.end});
    }
    for (const Facet& facet : facets(text)) {
        all.push_back({facet.begin, facet.end});
    }
    for (const RemoteMention& mention : remote_mentions(text)) {
        all.push_back({mention.begin, mention.end});
    }
    std::sort(
        all.begin(), all.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    std::vector<Span> out;
    for (const Span& span : all) {
        if (out.empty() || out.back().end <= span.begin) {
            out.push_back(span);
        } else {
            out.back().end = std::max(out.back().end, span.end);
        }
    }
    return out;
}

// Keeps what stands on a grapheme boundary outside the spans.
std::vector<std::size_t> allowed(
    std::vector<std::size_t> breaks,
    const std::vector<Span>& spans,
    const std::vector<std::size_t>& boundaries) {
    std::sort(breaks.begin(), breaks.end());
    breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
    auto span = spans.begin();
    auto boundary = boundaries.begin();
    std::vector<std::size_t> out;
    for (const std::size_t at : breaks) {
        while (span != spans.end() && span->end <= at) {
            ++span;
        }
        while (boundary != boundaries.end() && *boundary < at) {
            ++boundary;
        }
        const bool is_inside = span != spans.end() && span->begin < at;
        if (!is_inside && boundary != boundaries.end() && *boundary == at) {
            out.push_back(at);
        }
    }
    return out;
}

}  // namespace

Breaks find_breaks(std::string_view text) {
    const Points points(text);
    const std::vector<Span> spans = kept_whole(text);
    std::vector<std::size_t> boundaries;
    for (std::size_t at = 0; at < text.size();) {
        at = next_grapheme(text, at);
        if (at < text.size()) {
            boundaries.push_back(at);
        }
    }
    Breaks out;
    out.sentences = allowed(sentence_ends(points), spans, boundaries);
    out.words = allowed(word_ends(points), spans, boundaries);
    out.graphemes = allowed(boundaries, spans, boundaries);
    for (auto* list : {&out.sentences, &out.words, &out.graphemes}) {
        list->push_back(text.size());
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty()) {
        const Point first = decode(text, 0);
        if (!is_space(first.value)) {
            break;
        }
        text.remove_prefix(first.size);
    }
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && text.size() - last < 4 &&
               (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) {
            --last;
        }
        const Point point = decode(text, last);
        if (last + point.size != text.size() || !is_space(point.value)) {
            break;
        }
        text.remove_suffix(point.size);
    }
    return text;
}

Fitting last_fitting(
    std::string_view text,
    std::size_t begin,
    const Breaks& breaks,
    std::string_view tail,
    const Room& room) {
    const auto holds = [&](std::size_t end) {
        const std::string_view part = trimmed(text.substr(begin, end - begin));
        return !part.empty() && fits(std::string(part) + std::string(tail), room);
    };
    const auto behind = [&](const std::vector<std::size_t>& list) {
        return std::upper_bound(list.begin(), list.end(), begin) - list.begin();
    };
    // How far it goes at all, by halving over the finest breaks. None of these pieces counts less
    // than one, so no more than the limit can fit.
    const auto* const first = breaks.graphemes.data() + behind(breaks.graphemes);
    std::size_t good = 0;  // one beyond the last index known to fit
    std::size_t bad =
        breaks.graphemes.size() - static_cast<std::size_t>(behind(breaks.graphemes)) + 1;
    for (const std::int64_t limit : {room.limit, room.bytes}) {
        bad = limit > 0 ? std::min(bad, static_cast<std::size_t>(limit) + 1) : bad;
    }
    while (bad - good > 1) {
        const std::size_t middle = good + (bad - good) / 2;
        (holds(first[middle - 1]) ? good : bad) = middle;
    }
    const std::size_t farthest = good == 0 ? begin : first[good - 1];
    const auto last_of = [&](const std::vector<std::size_t>& list) {
        auto at = std::upper_bound(list.begin(), list.end(), farthest);
        while (at != list.begin() && *std::prev(at) > begin && !holds(*std::prev(at))) {
            --at;
        }
        return at != list.begin() && *std::prev(at) > begin ? *std::prev(at) : begin;
    };
    return {last_of(breaks.sentences), last_of(breaks.words), farthest};
}

}  // namespace caas::text
