#include "core/text/diff.h"

#include <algorithm>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/text/grapheme.h"
#include "core/text/sequence_diff.h"
#include "core/text/unicode_class.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

enum class Sort : std::uint8_t { word, space, line_end, single };

Sort sort_of(char32_t point) {
    if (point == '\n' || point == '\r') {
        return Sort::line_end;
    }
    if (is_space(point)) {
        return Sort::space;
    }
    const bool is_part = is_letter(point) || is_number(point) || is_mark(point) || point == '_';
    return is_part && !is_unspaced_script(point) ? Sort::word : Sort::single;
}

// Words, runs of spaces, line ends, and everything else grapheme by grapheme.
std::vector<std::string_view> tokens_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const Sort sort = sort_of(decode(text, at).value);
        at = next_grapheme(text, at);
        const bool joins = sort == Sort::word || sort == Sort::space;
        while (joins && at < text.size() && sort_of(decode(text, at).value) == sort) {
            at = next_grapheme(text, at);
        }
        out.push_back(text.substr(begin, at - begin));
    }
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
        out.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return out;
}

// Equal pieces get equal numbers.
class Numbers {
  public:
    std::vector<std::uint32_t> of(const std::vector<std::string_view>& pieces) {
        std::vector<std::uint32_t> ids;
        ids.reserve(pieces.size());
        for (const std::string_view piece : pieces) {
            const auto next = static_cast<std::uint32_t>(known_.size());
            ids.push_back(known_.emplace(piece, next).first->second);
        }
        return ids;
    }

  private:
    std::unordered_map<std::string_view, std::uint32_t> known_;
};

std::vector<Replacement> replacements_of(
    const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
    Numbers numbers;
    const std::vector<std::uint32_t> ids_a = numbers.of(a);
    const std::vector<std::uint32_t> ids_b = numbers.of(b);
    return sequence_diff(ids_a, ids_b);
}

std::string joined(
    const std::vector<std::string_view>& pieces, std::size_t begin, std::size_t end) {
    std::string out;
    for (std::size_t i = begin; i < end; ++i) {
        out += pieces[i];
    }
    return out;
}

bool is_blank(const std::vector<std::string_view>& pieces, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        if (sort_of(decode(pieces[i], 0).value) != Sort::space) {
            return false;
        }
    }
    return true;
}

// Joins replacements that only spaces part: "three words became three others" reads better as one.
std::vector<Replacement> without_blank_gaps(
    const std::vector<Replacement>& all, const std::vector<std::string_view>& a) {
    std::vector<Replacement> out;
    for (const Replacement& next : all) {
        const auto replaces = [](const Replacement& r) {
            return r.old_end > r.old_begin && r.new_end > r.new_begin;
        };
        if (!out.empty() && replaces(out.back()) && replaces(next) &&
            is_blank(a, out.back().old_end, next.old_begin)) {
            out.back().old_end = next.old_end;
            out.back().new_end = next.new_end;
        } else {
            out.push_back(next);
        }
    }
    return out;
}

std::string range_text(std::size_t begin, std::size_t count) {
    // diff(1): an empty range names the line in front of it, and a count of one is left out.
    const std::string start = std::to_string(count == 0 ? begin : begin + 1);
    return count == 1 ? start : start + "," + std::to_string(count);
}

void add_lines(
    char sign,
    const std::vector<std::string_view>& lines,
    std::size_t begin,
    std::size_t end,
    std::string& out) {
    for (std::size_t i = begin; i < end; ++i) {
        out.push_back(sign);
        out += lines[i];
        if (lines[i].back() != '\n') {
            out += "\n\\ No newline at end of file\n";
        }
    }
}

// A group of replacements close enough to share their context.
struct Hunk {
    std::vector<Replacement> replacements;
    Replacement range;
};

std::string text_of(
    const Hunk& hunk,
    const std::vector<std::string_view>& a,
    const std::vector<std::string_view>& b) {
    const Replacement& range = hunk.range;
    std::string out = "@@ -" + range_text(range.old_begin, range.old_end - range.old_begin) + " +" +
                      range_text(range.new_begin, range.new_end - range.new_begin) + " @@\n";
    std::size_t at = range.old_begin;
    for (const Replacement& change : hunk.replacements) {
        add_lines(' ', a, at, change.old_begin, out);
        add_lines('-', a, change.old_begin, change.old_end, out);
        add_lines('+', b, change.new_begin, change.new_end, out);
        at = change.old_end;
    }
    add_lines(' ', a, at, range.old_end, out);
    return out;
}

std::vector<Hunk> hunks_of(
    const std::vector<Replacement>& all, std::size_t lines, std::size_t context) {
    std::vector<Hunk> out;
    for (const Replacement& change : all) {
        const std::size_t before = std::min(context, change.old_begin);
        const std::size_t after = std::min(context, lines - change.old_end);
        if (out.empty() || change.old_begin - before > out.back().range.old_end) {
            out.push_back({{}, {change.old_begin - before, 0, change.new_begin - before, 0}});
        }
        out.back().replacements.push_back(change);
        out.back().range.old_end = change.old_end + after;
        out.back().range.new_end = change.new_end + after;
    }
    return out;
}

std::string side(const std::vector<Change>& changes, Op other) {
    std::string out;
    for (const Change& change : changes) {
        out += change.op == other ? "" : change.text;
    }
    return out;
}

}  // namespace

std::string_view name(Op op) {
    switch (op) {
        case Op::equal:
            return "equal";
        case Op::insert:
            return "insert";
        case Op::erase:
            return "erase";
    }
    return "";
}

std::vector<Change> diff(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> a = tokens_of(before);
    const std::vector<std::string_view> b = tokens_of(after);
    std::vector<Change> out;
    const auto add = [&out](Op op, std::string text) {
        if (!text.empty()) {
            out.push_back({op, std::move(text)});
        }
    };
    std::size_t at = 0;
    for (const Replacement& change : without_blank_gaps(replacements_of(a, b), a)) {
        add(Op::equal, joined(a, at, change.old_begin));
        add(Op::erase, joined(a, change.old_begin, change.old_end));
        add(Op::insert, joined(b, change.new_begin, change.new_end));
        at = change.old_end;
    }
    add(Op::equal, joined(a, at, a.size()));
    return out;
}

std::string before_of(const std::vector<Change>& changes) {
    return side(changes, Op::insert);
}

std::string after_of(const std::vector<Change>& changes) {
    return side(changes, Op::erase);
}

nlohmann::json to_json(const std::vector<Change>& changes) {
    nlohmann::json out = nlohmann::json::array();
    for (const Change& change : changes) {
        out.push_back({{"op", name(change.op)}, {"text", change.text}});
    }
    return out;
}

std::string unified(
    std::string_view before,
    std::string_view after,
    const UnifiedNames& names,
    std::size_t context) {
    const std::vector<std::string_view> a = lines_of(before);
    const std::vector<std::string_view> b = lines_of(after);
    const std::vector<Hunk> hunks = hunks_of(replacements_of(a, b), a.size(), context);
    if (hunks.empty()) {
        return {};
    }
    std::string out = "--- " + names.before + "\n+++ " + names.after + "\n";
    for (const Hunk& hunk : hunks) {
        out += text_of(hunk, a, b);
    }
    return out;
}

}  // namespace caas::text
