#include "core/text/points.h"

#include "core/text/utf8.h"

namespace caas::text {

Points::Points(std::string_view text) {
    values_.reserve(text.size());
    bytes_.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        values_.push_back(point.value);
        bytes_.push_back(at);
        at += point.size;
    }
    bytes_.push_back(text.size());
}

std::string Points::slice(std::size_t begin, std::size_t end) const {
    return to_utf8(std::u32string_view(values_).substr(begin, end - begin));
}

}  // namespace caas::text
