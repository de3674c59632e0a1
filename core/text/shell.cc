#include "core/text/shell.h"

#include <algorithm>

namespace caas::text {
namespace {

// Bytes beyond ASCII are letters to a shell.
bool is_plain(char c) {
    constexpr std::string_view marks = "@%+=:,./_-";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80U || marks.find(c) != marks.npos;
}

}  // namespace

std::string shell_word(std::string_view text) {
    if (!text.empty() && std::ranges::all_of(text, is_plain))
        return std::string(text);
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

}  // namespace caas::text
