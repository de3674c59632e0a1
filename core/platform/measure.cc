#include "core/platform/measure.h"

#include <algorithm>

#include "core/text/entity.h"
#include "core/text/utf8.h"

namespace caas::platform {
namespace {

// What text::length takes for every URL when it counts as Mastodon does.
constexpr std::int64_t usual_url_length = 23;

text::Counting counting(Unit unit) {
    switch (unit) {
        case Unit::weighted:
            return text::Counting::weighted;
        case Unit::graphemes:
            return text::Counting::graphemes;
        case Unit::mastodon:
            return text::Counting::mastodon;
        case Unit::threads:
        case Unit::utf16:
            return text::Counting::utf16;
        case Unit::code_points:
            return text::Counting::code_points;
    }
    return text::Counting::code_points;
}

// Threads is said to count emoji by their UTF-8 bytes; everything beyond the first plane and the
// blocks of older emoji is taken for one, which is never too little.
std::int64_t threads_weight(text::Point point) {
    const auto c = point.value;
    const bool may_be_emoji = c >= 0x10000 || (c >= 0x2600 && c <= 0x27bf) ||
                              (c >= 0x2b00 && c <= 0x2bff) || c == 0x200d || c == 0x20e3 ||
                              c == 0xfe0f;
    return may_be_emoji ? static_cast<std::int64_t>(point.size) : 1;
}

std::int64_t threads_length(std::string_view text) {
    std::int64_t length = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        length += threads_weight(point);
        at += point.size;
    }
    return length;
}

std::size_t threads_fitting(std::string_view text, std::int64_t limit) {
    std::int64_t length = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        length += threads_weight(point);
        if (length > limit)
            return at;
        at += point.size;
    }
    return text.size();
}

}  // namespace

std::int64_t measure(std::string_view text, const Limits& limits) {
    if (limits.unit == Unit::threads)
        return threads_length(text);
    auto length = text::length(text, counting(limits.unit));
    if (limits.unit == Unit::mastodon && limits.url_length > 0 &&
        limits.url_length != usual_url_length) {
        const auto links = text::urls(text);
        const auto count = std::ranges::count_if(links, &text::Entity::has_scheme);
        length += count * (limits.url_length - usual_url_length);
    }
    return length;
}

std::size_t fitting_bytes(std::string_view text, const Limits& limits, std::int64_t limit) {
    if (limits.unit == Unit::threads)
        return threads_fitting(text, limit);
    return text::fitting_bytes(text, {counting(limits.unit), limit, 0});
}

text::Room fits(const Limits& limits) {
    // No character counts more on Threads than it has bytes.
    const int bytes = limits.unit == Unit::threads ? limits.text_limit : limits.text_bytes;
    return {counting(limits.unit), limits.text_limit, bytes};
}

}  // namespace caas::platform
