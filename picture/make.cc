#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "picture/raster.h"

namespace caas::picture {
namespace {

// From where nobody sees a difference to where it begins to be seen.
constexpr std::array qualities{90, 84, 78, 72, 65, 58};
constexpr double step = 0.85;
constexpr int smallest_side = 16;

std::string encode(const Raster& raster, const std::string& type, int quality) {
    if (type == "image/jpeg")
        return encode_jpeg(raster, quality);
    if (type == "image/webp")
        return encode_webp(raster, quality);
    if (type == "image/png")
        return encode_png(raster);
    throw Fault("pictures are not made in this format");
}

bool fits(const std::string& bytes, const Order& order) {
    return order.bytes == 0 || static_cast<std::int64_t>(bytes.size()) <= order.bytes;
}

// At this size in this type, as well as it fits; empty when it does not.
std::string best(const Raster& raster, const std::string& type, const Order& order) {
    for (const int quality : qualities) {
        auto bytes = encode(raster, type, quality);
        if (fits(bytes, order))
            return bytes;
        if (type == "image/png")
            break;  // knows no quality
    }
    return "";
}

// The size within the box, in proportion, at most what it has.
std::pair<int, int> within(const Raster& raster, int width, int height) {
    const auto scale = std::min(
        {1.0,
         width > 0 ? static_cast<double>(width) / raster.width : 1.0,
         height > 0 ? static_cast<double>(height) / raster.height : 1.0});
    const auto side = [scale](int whole) {
        return std::max(1, static_cast<int>(std::lround(whole * scale)));
    };
    return {
        std::min(side(raster.width), raster.width), std::min(side(raster.height), raster.height)};
}

}  // namespace

Made make(std::string_view bytes, const Order& order) {
    const bool is_turned = order.orientation >= 5;
    auto whole = oriented(
        decode(
            bytes, is_turned ? order.height : order.width, is_turned ? order.width : order.height),
        order.orientation);
    auto [width, height] = within(whole, order.width, order.height);
    const bool is_opaque = whole.is_opaque();
    while (width >= smallest_side || height >= smallest_side) {
        const bool is_smaller = width < whole.width || height < whole.height;
        Raster smaller;
        if (is_smaller)
            smaller = scaled(whole, width, height);
        // No copy: the whole one may take a quarter of the memory there is.
        const auto& shaped = is_smaller ? smaller : whole;
        // What can be seen through would lose that in the alternative; it is made smaller instead.
        const bool has_choice = !order.alternative.empty() && is_opaque;
        for (const auto& type : {order.type, has_choice ? order.alternative : std::string()}) {
            auto made = type.empty() ? std::string() : best(shaped, type, order);
            if (!made.empty())
                return {std::move(made), type, shaped.width, shaped.height};
        }
        width = std::max(1, static_cast<int>(width * step));
        height = std::max(1, static_cast<int>(height * step));
    }
    throw Fault("the picture cannot be made small enough");
}

}  // namespace caas::picture
