#include "core/text/blank.h"

#include "core/text/utf8.h"

namespace caas::text {
namespace {

// White space (Unicode's White_Space) and what is ignored when shown (Default_Ignorable_Code_Point
// outside variation selectors and tags, which need a character before them).
bool is_seen(char32_t point) {
    return point > 0x20 && (point < 0x7F || point > 0xA0) && point != 0xAD && point != 0x34F &&
           point != 0x61C && point != 0x115F && point != 0x1160 && point != 0x1680 &&
           point != 0x17B4 && point != 0x17B5 && (point < 0x180B || point > 0x180F) &&
           (point < 0x2000 || point > 0x200F) && (point < 0x2028 || point > 0x202F) &&
           (point < 0x205F || point > 0x206F) && point != 0x2800 && point != 0x3000 &&
           point != 0x3164 && (point < 0xFE00 || point > 0xFE0F) && point != 0xFEFF &&
           point != 0xFFA0 && (point < 0xFFF0 || point > 0xFFF8) &&
           (point < 0xE0000 || point > 0xE0FFF);
}

}  // namespace

bool is_blank(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto point = decode(text, at);
        if (is_seen(point.value))
            return false;
        at += point.size;
    }
    return true;
}

}  // namespace caas::text
