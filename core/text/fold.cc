#include "core/text/fold.h"

#include <algorithm>
#include <array>
#include <set>

#include <utf8proc.h>

#include "core/text/unicode_class.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

struct Letter {
    char32_t point;
    std::string_view plain;
};

// Latin letters with a stroke and the like: no decomposition in Unicode, but people type them
// plain.
constexpr std::array<Letter, 12> strokes{{
    {0xE6, "ae"},
    {0xF0, "d"},
    {0xF8, "o"},
    {0xFE, "th"},
    {0x0111, "d"},
    {0x0127, "h"},
    {0x0131, "i"},
    {0x0142, "l"},
    {0x014B, "n"},
    {0x0153, "oe"},
    {0x0167, "t"},
    {0x0180, "b"},
}};

// Marks that are accents: those that stand above, below or through a letter of an alphabet
// (combining class 200 and up), Hebrew and Arabic vowel points. Signs that are letters in their
// script (class 0, voicing 8, virama 9) are kept.
bool is_accent(char32_t point) {
    if (point < 0x300) {
        return false;
    }
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(point));
    const int combining = property->combining_class;
    return combining >= 200 || (combining >= 10 && combining <= 35);
}

std::u32string decompose(std::string_view text) {
    const std::string clean = repaired(text);
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(clean.data());
    const auto size = static_cast<utf8proc_ssize_t>(clean.size());
    constexpr auto options = static_cast<utf8proc_option_t>(
        UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
        UTF8PROC_IGNORE);
    const utf8proc_ssize_t count = utf8proc_decompose(bytes, size, nullptr, 0, options);
    std::vector<utf8proc_int32_t> points(
        static_cast<std::size_t>(std::max<utf8proc_ssize_t>(count, 0)));
    if (!points.empty()) {
        utf8proc_decompose(bytes, size, points.data(), count, options);
    }
    std::u32string out;
    out.reserve(points.size());
    for (const utf8proc_int32_t point : points) {
        out.push_back(static_cast<char32_t>(point));
    }
    return out;
}

bool is_term_char(char32_t point) {
    return is_letter(point) || is_mark(point) || is_number(point);
}

// One run of term characters, all of spaced or all of unspaced script.
struct Run {
    std::vector<std::string> characters;  // a character with its marks
    bool is_unspaced = false;
};

std::vector<Run> runs_of(std::string_view text) {
    const std::string folded = fold(text);
    std::vector<Run> runs;
    bool is_open = false;
    for (std::size_t at = 0; at < folded.size();) {
        const Point point = decode(folded, at);
        const std::string_view bytes = std::string_view(folded).substr(at, point.size);
        at += point.size;
        if (!is_term_char(point.value)) {
            is_open = false;
            continue;
        }
        if (is_open && is_mark(point.value)) {
            runs.back().characters.back() += bytes;
            continue;
        }
        const bool is_unspaced = is_unspaced_script(point.value);
        if (!is_open || runs.back().is_unspaced != is_unspaced) {
            runs.push_back({{}, is_unspaced});
        }
        runs.back().characters.emplace_back(bytes);
        is_open = true;
    }
    return runs;
}

std::string cut(std::string text, std::size_t limit) {
    if (text.size() <= limit) {
        return text;
    }
    std::size_t end = 0;
    for (std::size_t at = 0; at <= limit; at += decode(text, at).size) {
        end = at;
    }
    text.resize(end);
    return text;
}

// Collects different terms in order until there are enough.
class Terms {
  public:
    explicit Terms(const TermLimits& limits) : limits_(limits) {}

    bool is_full() const { return order_.size() >= limits_.terms; }

    void add(const std::string& text) {
        std::string term = cut(text, limits_.bytes);
        if (!is_full() && !term.empty() && seen_.insert(term).second) {
            order_.push_back(std::move(term));
        }
    }

    std::vector<std::string> take() { return std::move(order_); }

  private:
    TermLimits limits_;
    std::set<std::string> seen_;
    std::vector<std::string> order_;
};

void add_run(const Run& run, bool with_singles, Terms& out) {
    if (!run.is_unspaced) {
        std::string word;
        for (const std::string& character : run.characters) {
            word += character;
        }
        out.add(word);
        return;
    }
    for (std::size_t i = 0; i < run.characters.size() && !out.is_full(); ++i) {
        if (with_singles || run.characters.size() == 1) {
            out.add(run.characters[i]);
        }
        if (i + 1 < run.characters.size()) {
            out.add(run.characters[i] + run.characters[i + 1]);
        }
    }
}

std::vector<std::string> collect(
    std::string_view text, const TermLimits& limits, bool with_singles) {
    Terms out(limits);
    for (const Run& run : runs_of(text)) {
        if (out.is_full()) {
            break;
        }
        add_run(run, with_singles, out);
    }
    return out.take();
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    for (const char32_t point : decompose(text)) {
        if (is_accent(point)) {
            continue;
        }
        const auto* const stroke = std::find_if(
            strokes.begin(), strokes.end(), [point](const Letter& x) { return x.point == point; });
        if (stroke != strokes.end()) {
            out += stroke->plain;
        } else {
            append(out, point);
        }
    }
    return nfc(out);
}

std::vector<std::string> terms(std::string_view text, const TermLimits& limits) {
    std::vector<std::string> out = collect(text, limits, true);
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> query_terms(std::string_view text, const TermLimits& limits) {
    return collect(text, limits, false);
}

}  // namespace caas::text
