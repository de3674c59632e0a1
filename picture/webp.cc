// libwebp, and libwebpmux for the colour profile beside the picture.
#include <memory>

#include "picture/raster.h"
#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>

namespace caas::picture {
namespace {

using Mux = std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)>;

const std::uint8_t* as_bytes(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string profile_of(std::string_view bytes) {
    const WebPData data{as_bytes(bytes), bytes.size()};
    const Mux mux(WebPMuxCreate(&data, 0), &WebPMuxDelete);
    WebPData profile{};
    if (!mux || WebPMuxGetChunk(mux.get(), "ICCP", &profile) != WEBP_MUX_OK)
        return "";
    return {reinterpret_cast<const char*>(profile.bytes), profile.size};
}

std::string with_profile(const std::string& bytes, const std::string& profile) {
    const WebPData data{as_bytes(bytes), bytes.size()};
    const WebPData colours{as_bytes(profile), profile.size()};
    const Mux mux(WebPMuxCreate(&data, 1), &WebPMuxDelete);
    WebPData whole{};
    if (!mux || WebPMuxSetChunk(mux.get(), "ICCP", &colours, 1) != WEBP_MUX_OK ||
        WebPMuxAssemble(mux.get(), &whole) != WEBP_MUX_OK)
        throw Fault("the colours of the picture cannot be kept");
    std::string out(reinterpret_cast<const char*>(whole.bytes), whole.size);
    WebPDataClear(&whole);
    return out;
}

}  // namespace

Raster decode_webp(std::string_view bytes) {
    int width = 0;
    int height = 0;
    if (WebPGetInfo(as_bytes(bytes), bytes.size(), &width, &height) == 0)
        throw Fault("the WebP picture cannot be decoded");
    auto raster = blank(width, height);
    if (WebPDecodeRGBAInto(
            as_bytes(bytes), bytes.size(), raster.pixels.data(), raster.pixels.size(), width * 4) ==
        nullptr)
        throw Fault("the WebP picture cannot be decoded");
    raster.colours = profile_of(bytes);
    return raster;
}

std::string encode_webp(const Raster& raster, int quality) {
    std::uint8_t* bytes = nullptr;
    const auto size = WebPEncodeRGBA(
        raster.pixels.data(),
        raster.width,
        raster.height,
        raster.width * 4,
        static_cast<float>(quality),
        &bytes);
    const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> kept(bytes, &WebPFree);
    if (size == 0)
        throw Fault("the picture cannot be encoded as WebP");
    std::string out(reinterpret_cast<const char*>(bytes), size);
    return raster.colours.empty() ? out : with_profile(out, raster.colours);
}

}  // namespace caas::picture
