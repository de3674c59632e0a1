#include "core/text/grapheme.h"

#include <utf8proc.h>

#include "core/text/utf8.h"

namespace caas::text {

std::size_t next_grapheme(std::string_view text, std::size_t at) {
    Point left = decode(text, at);
    at += left.size;
    utf8proc_int32_t state = 0;
    while (at < text.size()) {
        const Point right = decode(text, at);
        // Every character below U+0300 but CR before LF ends the cluster in front of it: the usual
        // case needs no table.
        const bool is_plain = left.value < 0x300 && right.value < 0x300 && left.value != '\r';
        if (is_plain || utf8proc_grapheme_break_stateful(
                            static_cast<utf8proc_int32_t>(left.value),
                            static_cast<utf8proc_int32_t>(right.value),
                            &state)) {
            break;
        }
        left = right;
        at += right.size;
    }
    return at;
}

std::size_t graphemes(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        at = next_grapheme(text, at);
    }
    return count;
}

std::string_view first_graphemes(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count) {
        at = next_grapheme(text, at);
    }
    return text.substr(0, at);
}

}  // namespace caas::text
