#include "core/text/weight.h"

#include "core/text/char_class.h"
#include "core/text/emoji.h"
#include "core/text/url.h"
#include "core/text/utf16.h"
#include "core/text/utf8.h"

namespace caas::text {
namespace {

// twitter-text 3.1, configs.js, version3: in hundredths, of UTF-16 units.
constexpr std::int64_t scale = 100;
constexpr std::int64_t heavy = 200;
constexpr std::int64_t light = 100;

std::int64_t weight_of(char16_t unit) {
    const bool is_light = unit <= 4351 || (unit >= 8192 && unit <= 8205) ||
                          (unit >= 8208 && unit <= 8223) || (unit >= 8242 && unit <= 8247);
    return is_light ? light : heavy;
}

}  // namespace

Weight weigh(std::string_view text) {
    const Utf16 wide(nfc(text));
    const std::u16string_view units = wide.units();
    const std::vector<UrlMatch> urls = find_urls(units);
    auto url = urls.begin();
    Weight weight;
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < units.size();) {
        while (url != urls.end() && url->begin < at) {
            ++url;
        }
        if (url != urls.end() && url->begin == at) {
            sum += x_url_length * scale;
            at += url->counted;
        } else if (const std::size_t emoji = emoji_length(units, at)) {
            sum += heavy;
            at += emoji;
        } else if (point_at(units, at) >= 0x10000) {
            sum += heavy;
            at += 2;
        } else {
            weight.has_refused_character |= is_refused_by_x(units[at]);
            sum += weight_of(units[at]);
            ++at;
        }
    }
    weight.length = sum / scale;
    return weight;
}

std::int64_t weighted_length(std::string_view text) {
    return weigh(text).length;
}

std::size_t find_refused_by_x(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Point point = decode(text, at);
        if (point.value < 0x10000 && is_refused_by_x(static_cast<char16_t>(point.value))) {
            return at;
        }
        at += point.size;
    }
    return text.size();
}

}  // namespace caas::text
