// A picture in memory: four bytes a pixel, red, green, blue and how opaque it is. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace caas::picture {

struct Raster {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;  // from the top left, line by line
    std::string colours;               // an ICC profile; empty: sRGB

    bool is_opaque() const;
};

// What cannot be decoded or encoded, with a word for why.
class Fault : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// An empty raster of that size. Throws Fault when it is too large.
Raster blank(std::int64_t width, std::int64_t height);

// ---- codecs: any bytes; each throws Fault

// `width`, `height`: what it is needed for; JPEG is then decoded at a half, a quarter or an eighth
// where that is still enough. 0: whole.
Raster decode_jpeg(std::string_view bytes, int width, int height);
Raster decode_png(std::string_view bytes);
Raster decode_webp(std::string_view bytes);
Raster decode_gif(std::string_view bytes);
// By its first bytes.
Raster decode(std::string_view bytes, int width, int height);

// `quality`: 1 to 100. What is not opaque lies on white.
std::string encode_jpeg(const Raster& raster, int quality);
std::string encode_png(const Raster& raster);
std::string encode_webp(const Raster& raster, int quality);

// ---- shapes

// Turned and mirrored as the EXIF orientation (1 to 8) says.
Raster oriented(Raster raster, int orientation);
// Smaller, each pixel the weighted mean of those it stands for (Lanczos, 3 lobes).
Raster scaled(const Raster& raster, int width, int height);

// ---- the whole

struct Order {
    std::string type;         // "image/jpeg", "image/png", "image/webp"
    std::string alternative;  // a type to take where the first one is too large; may be empty
    std::int64_t bytes = 0;   // at most; 0: any
    int width = 0;            // of the box it has to fit into, as people see it
    int height = 0;
    int orientation = 1;
};

struct Made {
    std::string bytes;
    std::string type;
    int width = 0;
    int height = 0;
};

// Never larger than it is. Throws Fault.
Made make(std::string_view bytes, const Order& order);

}  // namespace caas::picture
