#include "core/platform/fit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace caas::platform {
namespace {

bool is_word_of(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const auto end = std::min(list.find(' '), list.size());
        if (list.substr(0, end) == word)
            return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

// PNG stays PNG where it is taken, since drawings and transparency suffer as JPEG.
std::string best_type(const MediaLimits& limits, std::string_view type) {
    const std::array<std::string_view, 3> other{"image/jpeg", "image/png", "image/webp"};
    const bool is_writable = type != "image/gif";
    if (is_writable && takes_type(limits, type))
        return std::string(type);
    if (type != "image/jpeg" && takes_type(limits, "image/png"))
        return "image/png";
    const auto* found = std::find_if(
        other.begin(), other.end(), [&](std::string_view one) { return takes_type(limits, one); });
    return found == other.end() ? "" : std::string(*found);
}

double scale_for(const Medium& medium, const MediaLimits& limits) {
    const auto width = static_cast<double>(medium.width);
    const auto height = static_cast<double>(medium.height);
    double scale = 1;
    const auto bound = [&](std::int64_t limit, double found) {
        if (limit > 0)
            scale = std::min(scale, static_cast<double>(limit) / found);
    };
    bound(limits.side, std::max(width, height));
    bound(limits.width, width);
    bound(limits.height, height);
    if (limits.pixels > 0)
        scale = std::min(scale, std::sqrt(static_cast<double>(limits.pixels) / (width * height)));
    return scale;
}

int scaled(int side, double scale) {
    return std::max(1, static_cast<int>(std::floor(side * scale)));
}

}  // namespace

std::string Fit::recipe() const {
    return type + " " + (alternative.empty() ? "" : alternative + " ") + std::to_string(bytes) +
           " " + std::to_string(width) + "x" + std::to_string(height);
}

const MediaLimits& limits_of_kind(const Medium& medium, const Limits& limits) {
    if (medium.is_video())
        return limits.video;
    return medium.frames > 1 ? limits.moving : limits.picture;
}

bool takes_type(const MediaLimits& limits, std::string_view type) {
    return limits.types == "*" || is_word_of(limits.types, type);
}

std::optional<Fit> fit_for(const Medium& medium, const Limits& limits) {
    const auto& own = limits.picture;
    if (medium.moves() || !medium.type.starts_with("image/") || medium.width < 1 ||
        medium.height < 1)
        return std::nullopt;
    const auto scale = scale_for(medium, own);
    const bool is_small = own.bytes == 0 || medium.size <= own.bytes;
    if (takes_type(own, medium.type) && is_small && scale >= 1)
        return std::nullopt;
    Fit fit;
    fit.type = best_type(own, medium.type);
    if (fit.type.empty())
        return std::nullopt;
    // A photograph kept as PNG would become tiny before it is small enough.
    if (fit.type == "image/png" && own.bytes > 0 && takes_type(own, "image/jpeg"))
        fit.alternative = "image/jpeg";
    fit.bytes = own.bytes;
    fit.width = scaled(medium.width, scale);
    fit.height = scaled(medium.height, scale);
    return fit;
}

}  // namespace caas::platform
