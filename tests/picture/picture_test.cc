// Pictures decoded, turned, scaled and encoded by the codec libraries.
#include <cmath>
#include <random>

#include "picture/raster.h"
#include <doctest/doctest.h>

#include "core/media/most_pixels.h"

namespace caas::picture {
namespace {

// Red grows to the right, green downwards.
Raster slope(int width, int height, std::uint8_t opaque = 0xff) {
    auto raster = blank(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            auto* pixel = raster.pixels.data() +
                          (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                           static_cast<std::size_t>(x)) *
                              4;
            pixel[0] = static_cast<std::uint8_t>(x * 255 / width);
            pixel[1] = static_cast<std::uint8_t>(y * 255 / height);
            pixel[2] = 40;
            pixel[3] = opaque;
        }
    }
    return raster;
}

// Nothing like it can be packed well.
Raster noise(int width, int height) {
    auto raster = blank(width, height);
    std::mt19937 chance(7);
    for (std::size_t at = 0; at < raster.pixels.size(); ++at)
        raster.pixels[at] = at % 4 == 3 ? 0xff : static_cast<std::uint8_t>(chance());
    return raster;
}

const std::uint8_t* pixel_at(const Raster& raster, int x, int y) {
    return raster.pixels.data() +
           (static_cast<std::size_t>(y) * static_cast<std::size_t>(raster.width) +
            static_cast<std::size_t>(x)) *
               4;
}

double distance(const Raster& a, const Raster& b) {
    REQUIRE(a.pixels.size() == b.pixels.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
}

TEST_CASE("what is encoded is decoded as the same picture") {
    const auto raster = slope(300, 200);
    CHECK(distance(decode(encode_png(raster), 0, 0), raster) == 0);
    CHECK(distance(decode(encode_jpeg(raster, 90), 0, 0), raster) < 2);
    CHECK(distance(decode(encode_webp(raster, 90), 0, 0), raster) < 3);
    const auto clear = slope(30, 20, 100);
    CHECK(distance(decode(encode_png(clear), 0, 0), clear) == 0);
}

TEST_CASE("colours keep their profile") {
    auto raster = slope(30, 20);
    raster.colours = std::string(3000, 'p');
    CHECK(decode_jpeg(encode_jpeg(raster, 80), 0, 0).colours == raster.colours);
    CHECK(decode_webp(encode_webp(raster, 80)).colours == raster.colours);
}

TEST_CASE("a picture is turned as its camera was held") {
    const auto raster = slope(30, 20);
    // Where the first pixel of the file is shown.
    const std::array<std::pair<int, int>, 9> corners{
        {{0, 0}, {0, 0}, {29, 0}, {29, 19}, {0, 19}, {0, 0}, {19, 0}, {19, 29}, {0, 29}}};
    for (int orientation = 1; orientation <= 8; ++orientation) {
        CAPTURE(orientation);
        const auto turned = oriented(raster, orientation);
        CHECK(turned.width == (orientation >= 5 ? 20 : 30));
        const auto [x, y] = corners[static_cast<std::size_t>(orientation)];
        CHECK(pixel_at(turned, x, y)[0] == 0);
        CHECK(pixel_at(turned, x, y)[1] == 0);
    }
}

TEST_CASE("a smaller picture looks the same") {
    const auto small = scaled(slope(300, 200), 75, 50);
    CHECK(distance(small, slope(75, 50)) < 2);
    const auto clear = scaled(slope(300, 200, 100), 75, 50);
    CHECK(pixel_at(clear, 40, 20)[3] == 100);
    CHECK(std::abs(pixel_at(clear, 40, 20)[0] - 40 * 255 / 75) < 4);
}

TEST_CASE("a picture fits into the bytes and the box it is given, in proportion") {
    const auto bytes = encode_png(noise(400, 300));
    const auto made = make(bytes, {"image/jpeg", "", 20'000, 400, 300, 1});
    CHECK(made.bytes.size() <= 20'000);
    CHECK(made.type == "image/jpeg");
    CHECK(made.width < 400);
    CHECK(std::abs(made.width * 3 - made.height * 4) <= 6);
    const auto boxed = make(bytes, {"image/webp", "", 0, 100, 100, 6});
    CHECK(boxed.width == 75);
    CHECK(boxed.height == 100);
}

TEST_CASE("a picture is never made larger") {
    const auto made = make(encode_png(slope(30, 20)), {"image/png", "", 0, 3000, 2000, 1});
    CHECK(made.width == 30);
    CHECK(made.height == 20);
}

TEST_CASE("a photograph too large as PNG becomes a JPEG, what can be seen through stays PNG") {
    const auto photo =
        make(encode_png(noise(300, 300)), {"image/png", "image/jpeg", 100'000, 300, 300, 1});
    CHECK(photo.type == "image/jpeg");
    CHECK(photo.width == 300);
    auto clear = noise(300, 300);
    clear.pixels[3] = 0;
    const auto kept = make(encode_png(clear), {"image/png", "image/jpeg", 100'000, 300, 300, 1});
    CHECK(kept.type == "image/png");
    CHECK(kept.width < 300);
}

TEST_CASE("what can be seen through lies on white in a JPEG") {
    auto raster = slope(16, 16, 0);
    const auto shown = decode(encode_jpeg(raster, 90), 0, 0);
    CHECK(pixel_at(shown, 3, 3)[0] > 250);
    CHECK(pixel_at(shown, 3, 3)[1] > 250);
}

TEST_CASE("the first picture of a GIF is read, with what is clear in it") {
    // 3x2: red, green, clear / green, clear, red; colour 2 is clear.
    const std::string gif(
        "GIF89a\x03\0\x02\0\x91\0\0\xff\0\0\0\xff\0\0\0\xff\0\0\0"
        "\x21\xf9\x04\x01\0\0\x02\0\x2c\0\0\0\0\x03\0\x02\0\0\x02\x03\x44\x34\x50\0\x3b",
        51);
    const auto raster = decode(gif, 0, 0);
    REQUIRE(raster.width == 3);
    REQUIRE(raster.height == 2);
    CHECK(pixel_at(raster, 0, 0)[0] == 255);
    CHECK(pixel_at(raster, 1, 0)[1] == 255);
}

TEST_CASE("a hostile picture is refused or decoded, and no worse") {
    std::mt19937 chance(20261129);
    const std::vector<std::string> whole{
        encode_png(slope(40, 30)), encode_jpeg(slope(40, 30), 80), encode_webp(slope(40, 30), 80)};
    int refused = 0;
    for (const auto& one : whole) {
        for (int round = 0; round < 300; ++round) {
            auto bytes = one;
            for (int change = 0; change < 3; ++change)
                bytes[chance() % bytes.size()] = static_cast<char>(chance());
            if (round % 3 == 0)
                bytes.resize(chance() % bytes.size());
            try {
                decode(bytes, 0, 0);
            } catch (const Fault&) {
                ++refused;
            }
        }
    }
    CHECK(refused > 100);
}

TEST_CASE("more pixels than there is memory for are refused before any is taken") {
    CHECK_THROWS_AS(blank(media::most_pixels / 10'000 + 1, 10'000), const Fault&);
    CHECK_THROWS_AS(blank(65'535, 65'535), const Fault&);
    CHECK_THROWS_AS(blank(70'000, 1), const Fault&);
    CHECK_THROWS_AS(blank(0, 5), const Fault&);
}

}  // namespace
}  // namespace caas::picture
