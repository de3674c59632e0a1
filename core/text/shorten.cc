#include "core/text/shorten.h"

#include "core/text/breaks.h"
#include "core/text/unicode_class.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

constexpr std::string_view ellipsis = "\u2026";

bool keeps_a_third(std::string_view part, const Room& room) {
    return (room.limit > 0 && 3 * length(part, room.counting) >= room.limit) ||
           (room.bytes > 0 && 3 * static_cast<std::int64_t>(part.size()) >= room.bytes);
}

// Without a comma, dash or the like at its end, which would stand badly in front of "…".
std::string_view without_loose_end(std::string_view part) {
    constexpr std::u32string_view loose = U",;:-\u2013\u2014\u3001\uFF0C.\u2026";
    std::size_t end = 0;
    for (std::size_t at = 0; at < part.size();) {
        const Point point = decode(part, at);
        at += point.size;
        const bool is_loose =
            is_space(point.value) || loose.find(point.value) != std::u32string_view::npos;
        end = is_loose ? end : at;
    }
    return part.substr(0, end);
}

}  // namespace

std::string shorten(std::string_view text, const Room& room) {
    if (fits(text, room)) {
        return std::string(text);
    }
    const Breaks breaks = find_breaks(text);
    const std::size_t sentence = last_fitting(text, 0, breaks, "", room).sentence;
    const std::string_view whole = trimmed(text.substr(0, sentence));
    if (!whole.empty() && keeps_a_third(whole, room)) {
        return std::string(whole);
    }
    const Fitting fitting = last_fitting(text, 0, breaks, ellipsis, room);
    for (const std::size_t end : {fitting.word, fitting.grapheme}) {
        const std::string_view part = without_loose_end(trimmed(text.substr(0, end)));
        std::string shorter = std::string(part) + std::string(ellipsis);
        // Taking a loose end away can make a URL of what was none: measured again.
        if (!part.empty() && fits(shorter, room)) {
            return shorter;
        }
    }
    if (!whole.empty()) {
        return std::string(whole);
    }
    return std::string(trimmed(text.substr(0, fitting_bytes(text, room))));
}

}  // namespace caas::text
