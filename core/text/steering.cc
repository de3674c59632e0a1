#include "core/text/steering.h"

#include "core/text/utf8.h"

namespace caas::text {

bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

bool is_turn(char32_t point) {
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool is_steering(char32_t point) {
    return is_control(point) || is_turn(point);
}

bool is_steering(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto point = decode(text, at);
        if (is_steering(point.value))
            return true;
        at += point.size;
    }
    return false;
}

}  // namespace caas::text
