#include "core/text/remote_mention.h"

#include "core/text/char_class.h"
#include "core/text/points.h"
#include "core/text/unicode_class.h"

namespace caas::text {
namespace {

bool is_ascii_word(char32_t c) {
    return c == '_' || is_ascii_alnum(c);
}

bool is_word(char32_t c) {
    return is_ascii_word(c) || (c >= 0x80 && (is_letter(c) || is_mark(c) || is_number(c)));
}

// The end of words joined by dots and hyphens that start at `at`; `at` when there are none.
std::size_t name_end(const Points& text, std::size_t at, bool (*is_part)(char32_t)) {
    std::size_t end = at;
    for (std::size_t i = at; i < text.size(); ++i) {
        if (is_part(text[i])) {
            end = i + 1;
        } else if (i == at || (text[i] != '.' && text[i] != '-')) {
            break;
        }
    }
    return end;
}

}  // namespace

std::vector<RemoteMention> remote_mentions(std::string_view text) {
    std::vector<RemoteMention> out;
    if (text.find('@') == std::string_view::npos) {
        return out;
    }
    const Points points(text);
    for (std::size_t at = 0; at < points.size(); ++at) {
        const bool is_free =
            at == 0 || (points[at - 1] != '=' && points[at - 1] != '/' && !is_word(points[at - 1]));
        if (points[at] != '@' || !is_free) {
            continue;
        }
        const std::size_t host = name_end(points, at + 1, is_ascii_word);
        if (host == at + 1 || host >= points.size() || points[host] != '@') {
            continue;
        }
        const std::size_t end = name_end(points, host + 1, is_word);
        if (end > host + 1) {
            out.push_back({points.byte_at(at), points.byte_at(host), points.byte_at(end)});
            at = end - 1;
        }
    }
    return out;
}

}  // namespace caas::text
