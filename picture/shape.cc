#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "picture/raster.h"

namespace caas::picture {
namespace {

constexpr double lobes = 3;

double lanczos(double x) {
    if (x == 0)
        return 1;
    if (std::abs(x) >= lobes)
        return 0;
    const auto angle = std::numbers::pi * x;
    return lobes * std::sin(angle) * std::sin(angle / lobes) / (angle * angle);
}

// Which pixels of the original make one of the new ones, and how much of each.
struct Weights {
    int first = 0;
    std::vector<float> shares;
};

std::vector<Weights> weights_for(int from, int to) {
    const auto ratio = static_cast<double>(from) / to;
    const auto reach = lobes * std::max(ratio, 1.0);
    std::vector<Weights> out(static_cast<std::size_t>(to));
    for (int i = 0; i < to; ++i) {
        const auto centre = (i + 0.5) * ratio - 0.5;
        const int first = std::max(0, static_cast<int>(std::ceil(centre - reach)));
        const int last = std::min(from - 1, static_cast<int>(std::floor(centre + reach)));
        auto& weights = out[static_cast<std::size_t>(i)];
        weights.first = first;
        double sum = 0;
        for (int at = first; at <= last; ++at) {
            const auto share = lanczos((at - centre) / std::max(ratio, 1.0));
            weights.shares.push_back(static_cast<float>(share));
            sum += share;
        }
        for (auto& share : weights.shares)
            share = static_cast<float>(share / sum);
    }
    return out;
}

std::uint8_t clamped(float value) {
    return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

}  // namespace

Raster scaled(const Raster& raster, int width, int height) {
    const auto across = weights_for(raster.width, width);
    const auto down = weights_for(raster.height, height);
    auto out = blank(width, height);
    out.colours = raster.colours;
    const auto line_floats = static_cast<std::size_t>(width) * 4;
    // A line of the original, made narrower; colours count as far as they are opaque. Those still
    // needed are kept in a ring.
    const auto ring_size = [&] {
        std::size_t most = 1;
        for (const auto& weights : down)
            most = std::max(most, weights.shares.size());
        return most + 1;
    }();
    std::vector<std::vector<float>> ring(ring_size, std::vector<float>(line_floats));
    int ready = 0;  // lines of the original that are in the ring or were
    const auto narrow = [&](int y) {
        auto& line = ring[static_cast<std::size_t>(y) % ring_size];
        const auto* source = raster.pixels.data() + static_cast<std::size_t>(y) *
                                                        static_cast<std::size_t>(raster.width) * 4;
        for (std::size_t x = 0; x < across.size(); ++x) {
            std::array<float, 4> sum{};
            const auto* pixel = source + static_cast<std::size_t>(across[x].first) * 4;
            for (const float share : across[x].shares) {
                const float opaque = share * static_cast<float>(pixel[3]);
                for (std::size_t channel = 0; channel < 3; ++channel)
                    sum[channel] += opaque * static_cast<float>(pixel[channel]);
                sum[3] += opaque;
                pixel += 4;
            }
            std::copy(sum.begin(), sum.end(), line.begin() + static_cast<std::ptrdiff_t>(x * 4));
        }
    };
    std::vector<float> sum(line_floats);
    for (std::size_t y = 0; y < down.size(); ++y) {
        const auto& weights = down[y];
        const int end = weights.first + static_cast<int>(weights.shares.size());
        for (; ready < end; ++ready)
            narrow(ready);
        std::ranges::fill(sum, 0.0F);
        for (std::size_t i = 0; i < weights.shares.size(); ++i) {
            const auto& line = ring[(static_cast<std::size_t>(weights.first) + i) % ring_size];
            for (std::size_t at = 0; at < line_floats; ++at)
                sum[at] += weights.shares[i] * line[at];
        }
        auto* pixel = out.pixels.data() + y * line_floats;
        for (std::size_t at = 0; at < line_floats; at += 4, pixel += 4) {
            const float opaque = sum[at + 3];
            for (std::size_t channel = 0; channel < 3; ++channel)
                pixel[channel] = opaque > 0.5F ? clamped(sum[at + channel] / opaque) : 0;
            pixel[3] = clamped(opaque);
        }
    }
    return out;
}

Raster oriented(Raster raster, int orientation) {
    if (orientation < 2 || orientation > 8)
        return raster;
    const bool is_turned = orientation >= 5;
    const int width = is_turned ? raster.height : raster.width;
    const int height = is_turned ? raster.width : raster.height;
    auto out = blank(width, height);
    out.colours = std::move(raster.colours);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            // Where this pixel stands in what the camera wrote (EXIF 2.3, 4.6.4).
            int from_x = is_turned ? y : x;
            int from_y = is_turned ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
                from_x = raster.width - 1 - from_x;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
                from_y = raster.height - 1 - from_y;
            const auto* from = raster.pixels.data() + (static_cast<std::size_t>(from_y) *
                                                           static_cast<std::size_t>(raster.width) +
                                                       static_cast<std::size_t>(from_x)) *
                                                          4;
            std::copy_n(
                from,
                4,
                out.pixels.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                     static_cast<std::size_t>(x)) *
                                        4);
        }
    }
    return out;
}

}  // namespace caas::picture
