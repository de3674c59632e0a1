#include "core/content/text_form.h"

namespace caas::content {
namespace {

constexpr std::string_view dashes = "---";

std::string_view without_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.remove_suffix(1);
    return line;
}

// Whether the line is three dashes behind nothing but backslashes, if any.
bool is_like_part_line(std::string_view line) {
    const auto first = line.find_first_not_of('\\');
    return first != std::string_view::npos && without_end(line.substr(first)) == dashes;
}

// The text with each of its lines, end included, as `change` makes it.
template <typename Change>
std::string by_lines(std::string_view text, Change change) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end == std::string_view::npos ? end : end + 1);
        change(out, line);
        text.remove_prefix(line.size());
    }
    return out;
}

}  // namespace

bool is_part_line(std::string_view line) {
    return without_end(line) == dashes;
}

std::string escaped(std::string_view part) {
    return by_lines(part, [](std::string& out, std::string_view line) {
        if (is_like_part_line(line))
            out += '\\';
        out += line;
    });
}

std::string unescaped(std::string_view text) {
    return by_lines(text, [](std::string& out, std::string_view line) {
        const bool is_escaped = line.starts_with('\\') && is_like_part_line(line);
        out += line.substr(is_escaped ? 1 : 0);
    });
}

}  // namespace caas::content
