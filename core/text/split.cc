#include "core/text/split.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/text/breaks.h"
#include "core/text/grapheme.h"

namespace caas::text {
namespace {

constexpr std::size_t most_digits = 4;

std::string number(const std::string& part, const std::string& total) {
    return " (" + part + "/" + total + ")";
}

[[noreturn]] void refuse(std::string_view rest, const Room& room) {
    constexpr std::size_t shown = 40;
    const std::string_view start = first_graphemes(rest, shown);
    throw Error(
        Code::invalid,
        "The text cannot be split: what starts with '" + std::string(start) +
            "' does not fit into one part of " +
            std::to_string(room.limit > 0 ? room.limit : room.bytes) + ".",
        "Shorten it, or post it where more fits.");
}

// The parts when `tail` is kept free behind each; nullopt when there are more than `most`.
std::optional<std::vector<std::string>> cut(
    std::string_view text,
    const Breaks& breaks,
    const std::string& tail,
    const Room& room,
    std::size_t most) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (;;) {
        const std::string_view rest = trimmed(text.substr(begin));
        if (rest.empty()) {
            return parts;
        }
        if (parts.size() == most) {
            return std::nullopt;
        }
        begin = static_cast<std::size_t>(rest.data() - text.data());
        const Fitting fitting = last_fitting(text, begin, breaks, tail, room);
        const std::size_t end = fitting.sentence > begin ? fitting.sentence
                                : fitting.word > begin   ? fitting.word
                                                         : fitting.grapheme;
        if (end == begin) {
            refuse(rest, room);
        }
        parts.emplace_back(trimmed(text.substr(begin, end - begin)));
        begin = end;
    }
}

}  // namespace

std::vector<std::string> split(std::string_view text, const Room& room, Numbering numbering) {
    text = trimmed(text);
    if (text.empty()) {
        return {};
    }
    if (fits(text, room)) {
        return {std::string(text)};
    }
    const Breaks breaks = find_breaks(text);
    std::size_t most = 1;
    for (std::size_t digits = 1; digits <= most_digits; ++digits) {
        most *= 10;
        const bool is_last_try = numbering == Numbering::none;
        const std::string nines(digits, '9');
        const std::string tail = is_last_try ? "" : number(nines, nines);
        auto parts = cut(text, breaks, tail, room, is_last_try ? 9999 : most - 1);
        if (parts && !is_last_try) {
            const std::string total = std::to_string(parts->size());
            for (std::size_t i = 0; i < parts->size(); ++i) {
                (*parts)[i] += number(std::to_string(i + 1), total);
            }
        }
        if (parts) {
            return *parts;
        }
        if (is_last_try) {
            break;
        }
    }
    throw Error(
        Code::invalid,
        "The text would become 10,000 parts or more.",
        "Shorten it, or post it where more fits.");
}

}  // namespace caas::text
