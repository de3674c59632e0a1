#include "core/text/unicode_class.h"

#include <utf8proc.h>

namespace caas::text {
namespace {

utf8proc_category_t category(char32_t point) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(point));
}

bool is_between(char32_t point, char32_t first, char32_t last) {
    return point >= first && point <= last;
}

}  // namespace

bool is_letter(char32_t point) {
    const auto kind = category(point);
    return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
}

bool is_mark(char32_t point) {
    const auto kind = category(point);
    return kind >= UTF8PROC_CATEGORY_MN && kind <= UTF8PROC_CATEGORY_ME;
}

bool is_number(char32_t point) {
    const auto kind = category(point);
    return kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO;
}

bool is_punctuation(char32_t point) {
    const auto kind = category(point);
    return kind >= UTF8PROC_CATEGORY_PC && kind <= UTF8PROC_CATEGORY_PO;
}

bool is_lower(char32_t point) {
    return category(point) == UTF8PROC_CATEGORY_LL;
}

bool is_upper(char32_t point) {
    const auto kind = category(point);
    return kind == UTF8PROC_CATEGORY_LU || kind == UTF8PROC_CATEGORY_LT;
}

bool is_space(char32_t point) {
    const auto kind = category(point);
    return is_between(point, 0x09, 0x0D) || point == 0x85 ||
           (kind >= UTF8PROC_CATEGORY_ZS && kind <= UTF8PROC_CATEGORY_ZP);
}

bool is_unspaced_script(char32_t point) {
    return is_between(point, 0x0E00, 0x0EFF) || is_between(point, 0x1000, 0x109F) ||
           is_between(point, 0x1780, 0x17FF) || is_between(point, 0x3040, 0x30FF) ||
           is_between(point, 0x31F0, 0x31FF) || is_between(point, 0x3400, 0x4DBF) ||
           is_between(point, 0x4E00, 0x9FFF) || is_between(point, 0xF900, 0xFAFF) ||
           is_between(point, 0xFF66, 0xFF9F) || is_between(point, 0x20000, 0x3FFFF) ||
           point == 0x3005 || point == 0x3006 || point == 0x3007;
}

}  // namespace caas::text
