#include "core/text/utf16.h"

#include "core/text/utf8.h"

namespace caas::text {

Utf16::Utf16(std::string_view text) {
    units_.reserve(text.size());
    bytes_.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        if (point.value < 0x10000) {
            units_.push_back(static_cast<char16_t>(point.value));
        } else {
            const char32_t rest = point.value - 0x10000;
            units_.push_back(static_cast<char16_t>(0xD800U + (rest >> 10)));
            units_.push_back(static_cast<char16_t>(0xDC00U + (rest & 0x3FFU)));
            bytes_.push_back(static_cast<std::uint32_t>(at));
        }
        bytes_.push_back(static_cast<std::uint32_t>(at));
        at += point.size;
    }
    bytes_.push_back(static_cast<std::uint32_t>(text.size()));
}

char32_t point_at(std::u16string_view units, std::size_t at) {
    const char16_t unit = units[at];
    if (is_high_surrogate(unit) && at + 1 < units.size() && is_low_surrogate(units[at + 1])) {
        return 0x10000U + ((static_cast<char32_t>(unit) - 0xD800U) << 10) +
               (static_cast<char32_t>(units[at + 1]) - 0xDC00U);
    }
    return unit;
}

}  // namespace caas::text
