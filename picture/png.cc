// libpng, by its simplified interface, which never jumps.
#include "picture/raster.h"
#include <png.h>

namespace caas::picture {
namespace {

class Image {
  public:
    Image() { image_.version = PNG_IMAGE_VERSION; }

    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    ~Image() { png_image_free(&image_); }

    png_image& get() { return image_; }

  private:
    png_image image_{};
};

}  // namespace

Raster decode_png(std::string_view bytes) {
    Image image;
    if (png_image_begin_read_from_memory(&image.get(), bytes.data(), bytes.size()) == 0)
        throw Fault("the PNG picture cannot be decoded");
    image.get().format = PNG_FORMAT_RGBA;
    auto raster = blank(image.get().width, image.get().height);
    if (png_image_finish_read(&image.get(), nullptr, raster.pixels.data(), 0, nullptr) == 0)
        throw Fault("the PNG picture cannot be decoded");
    return raster;
}

std::string encode_png(const Raster& raster) {
    Image image;
    const bool is_opaque = raster.is_opaque();
    image.get().width = static_cast<png_uint_32>(raster.width);
    image.get().height = static_cast<png_uint_32>(raster.height);
    image.get().format = is_opaque ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
    std::vector<std::uint8_t> packed;
    if (is_opaque) {
        packed.reserve(raster.pixels.size() / 4 * 3);
        for (std::size_t at = 0; at < raster.pixels.size(); at += 4)
            packed.insert(
                packed.end(),
                raster.pixels.begin() + static_cast<std::ptrdiff_t>(at),
                raster.pixels.begin() + static_cast<std::ptrdiff_t>(at) + 3);
    }
    const auto* pixels = is_opaque ? packed.data() : raster.pixels.data();
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image.get());
    std::string out(size, '\0');
    if (png_image_write_to_memory(&image.get(), out.data(), &size, 0, pixels, 0, nullptr) == 0)
        throw Fault("the picture cannot be encoded as PNG");
    out.resize(size);
    return out;
}

}  // namespace caas::picture
