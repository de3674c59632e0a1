#include "picture/raster.h"

#include "core/media/most_pixels.h"

namespace caas::picture {

bool Raster::is_opaque() const {
    for (std::size_t at = 3; at < pixels.size(); at += 4) {
        if (pixels[at] != 0xff)
            return false;
    }
    return true;
}

Raster blank(std::int64_t width, std::int64_t height) {
    if (width < 1 || height < 1 || width > 65'535 || height > 65'535 ||
        width * height > media::most_pixels)
        throw Fault("the picture has too many pixels");
    Raster raster;
    raster.width = static_cast<int>(width);
    raster.height = static_cast<int>(height);
    raster.pixels.resize(static_cast<std::size_t>(width * height) * 4);
    return raster;
}

Raster decode(std::string_view bytes, int width, int height) {
    if (bytes.starts_with("\xff\xd8"))
        return decode_jpeg(bytes, width, height);
    if (bytes.starts_with("\x89PNG"))
        return decode_png(bytes);
    if (bytes.starts_with("GIF8"))
        return decode_gif(bytes);
    if (bytes.starts_with("RIFF"))
        return decode_webp(bytes);
    throw Fault("this is no picture");
}

}  // namespace caas::picture
