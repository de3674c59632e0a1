#include "core/provider/offline_width.h"

#include "core/text/grapheme.h"
#include "core/text/utf8.h"

namespace caas::provider {
namespace {

std::size_t weight(char32_t c) {
    // X's ranges of weight 1 (twitter-text v3 configuration).
    const bool is_light = c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) ||
                          (c >= 8242 && c <= 8247);
    return is_light ? 1 : 2;
}

}  // namespace

std::size_t width(std::string_view text) {
    std::size_t total = 0;
    std::size_t word = 0;
    bool has_dot = false;
    const auto end_word = [&] {
        total += has_dot && word < 23 ? 23 : word;
        word = 0;
        has_dot = false;
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        at += point.size;
        if (point.value <= 0x20) {
            end_word();
            ++total;
            continue;
        }
        word += weight(point.value);
        // A dot inside of a word may make it a link in X's eyes.
        has_dot = has_dot || (point.value == '.' && at < text.size() &&
                              static_cast<unsigned char>(text[at]) > 0x20);
    }
    end_word();
    return total;
}

std::string cut_to_width(std::string_view text, std::size_t most) {
    if (width(text) <= most)
        return std::string(text);
    constexpr std::string_view ellipsis = "\xE2\x80\xA6";
    std::size_t end = 0;
    std::size_t word_end = 0;
    while (end < text.size()) {
        const auto next = text::next_grapheme(text, end);
        if (width(text.substr(0, next)) + 2 > most)
            break;
        if (text[end] == ' ')
            word_end = end;
        end = next;
    }
    // A word of half the length, or a script without spaces, is cut where it is.
    auto cut = text.substr(0, word_end * 2 > end ? word_end : end);
    while (!cut.empty() && std::string_view(" ,;:.").find(cut.back()) != std::string_view::npos)
        cut.remove_suffix(1);
    return std::string(cut) + std::string(ellipsis);
}

}  // namespace caas::provider
