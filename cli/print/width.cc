#include "cli/print/width.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/text/grapheme.h"
#include "core/text/steering.h"
#include "core/text/utf8.h"

namespace caas::cli::print {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Width W or F in EastAsianWidth.txt (Unicode 15), neighbouring ranges joined where what lies
// between them is unassigned.
constexpr std::array<Range, 38> wide{{
    {0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0},
    {0x23f3, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f},
    {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5},
    {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3}, {0x26f5, 0x26f5},
    {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b}, {0x2728, 0x2728},
    {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2757}, {0x2795, 0x27b0}, {0x2b1b, 0x2b1c},
    {0x2b50, 0x2b55}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97c}, {0xac00, 0xd7a3},
    {0xf900, 0xfaff}, {0xfe10, 0xfe6f}, {0xff01, 0xff60},
}};

constexpr std::array<Range, 6> wide_beyond{{
    {0xffe0, 0xffe6},
    {0x16fe0, 0x18cff},
    {0x1aff0, 0x1b2fb},
    {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff},
    {0x1f900, 0x3fffd},
}};

template <std::size_t size>
bool is_in(const std::array<Range, size>& ranges, char32_t letter) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
        return letter >= range.first && letter <= range.last;
    });
}

// What shows as one character: a letter with its marks, an emoji sequence, a flag.
struct Cluster {
    std::size_t bytes = 0;
    int columns = 0;
};

Cluster cluster_at(std::string_view text, std::size_t at) {
    constexpr char32_t emoji_form = 0xfe0f;
    const auto end = text::next_grapheme(text, at);
    const auto first = text::decode(text, at);
    const auto value = first.value;
    Cluster out{end - at, 1};
    if (value < 0x20 || (value >= 0x7f && value < 0xa0) || (value >= 0x200b && value <= 0x200f) ||
        (value >= 0x2060 && value <= 0x2064) || value == 0xfeff)
        out.columns = 0;
    else if (is_in(wide, value) || is_in(wide_beyond, value))
        out.columns = 2;
    for (auto next = at + first.size; next < end;) {
        const auto point = text::decode(text, next);
        // A flag is two letters; U+FE0F asks for the emoji form. Both are wide.
        const bool is_flag = value >= 0x1f1e6 && value <= 0x1f1ff;
        if (is_flag || (point.value == emoji_form && value > 0x2000))
            out.columns = 2;
        next += point.size;
    }
    return out;
}

}  // namespace

int width(std::string_view text) {
    const bool is_plain = std::all_of(
        text.begin(), text.end(), [](char letter) { return letter >= ' ' && letter <= '~'; });
    if (is_plain)
        return static_cast<int>(text.size());
    int columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto cluster = cluster_at(text, at);
        columns += cluster.columns;
        at += cluster.bytes;
    }
    return columns;
}

std::string cut(std::string_view text, int columns) {
    if (width(text) <= columns)
        return std::string(text);
    int used = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto cluster = cluster_at(text, at);
        if (used + cluster.columns > columns - 1)
            break;
        used += cluster.columns;
        at += cluster.bytes;
    }
    std::string out(text.substr(0, at));
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return columns > 0 ? out + "…" : std::string();
}

std::string padded(std::string_view text, int columns, bool is_right) {
    const int missing = std::max(0, columns - width(text));
    const std::string space(static_cast<std::size_t>(missing), ' ');
    return is_right ? space + std::string(text) : std::string(text) + space;
}

namespace {

// Embeddings, overrides and isolates that nobody ends turn round what stands beside the text.
std::string without_turns(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        if (!text::is_turn(point.value))
            out += text.substr(at, point.size);
        at += point.size;
    }
    return out;
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string out;
    for (const char letter : said(text)) {
        if (letter == '\n' || letter == '\t' || letter == '\r' || letter == ' ') {
            if (!out.empty() && out.back() != ' ')
                out += ' ';
        } else {
            out += letter;
        }
    }
    return out;
}

std::string harmless(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        const auto value = point.value;
        const bool steers = (text::is_control(value) && value != '\n' && value != '\t') ||
                            value == text::replacement;
        if (steers)
            text::append(out, text::replacement);
        else
            out += text.substr(at, point.size);
        at += point.size;
    }
    return out;
}

std::string said(std::string_view text) {
    return without_turns(harmless(text));
}

std::string wrapped(std::string_view text, int columns, int indent) {
    const std::string margin(static_cast<std::size_t>(indent), ' ');
    const int room = std::max(10, columns - indent);
    std::string out;
    while (true) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        std::string row;
        while (!line.empty()) {
            const auto space = line.find(' ', 1);
            const auto word = line.substr(0, space);
            if (!row.empty() && width(row) + width(word) > room) {
                out += margin + row + "\n";
                row = word.substr(word.front() == ' ' ? 1 : 0);
            } else {
                row += word;
            }
            line.remove_prefix(word.size());
        }
        out += row.empty() ? "\n" : margin + row + "\n";
        if (end == std::string_view::npos)
            return out;
        text.remove_prefix(end + 1);
    }
}

}  // namespace caas::cli::print
