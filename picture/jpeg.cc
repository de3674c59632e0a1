// libjpeg-turbo. Its errors come as longjmp: no object with a destructor is made between setjmp and
// where it may return to.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include "picture/raster.h"
#include <jpeglib.h>

#include "core/media/most_pixels.h"

namespace caas::picture {
namespace {

struct Errors {
    jpeg_error_mgr base;
    std::jmp_buf back;
};

[[noreturn]] void leave(j_common_ptr codec) {
    std::longjmp(reinterpret_cast<Errors*>(codec->err)->back, 1);
}

void keep_silent(j_common_ptr /*codec*/) {}

jpeg_error_mgr* prepare(Errors& errors) {
    auto* base = jpeg_std_error(&errors.base);
    base->error_exit = leave;
    base->output_message = keep_silent;
    return base;
}

// How often it may be halved and still have that many pixels.
unsigned scale_for(unsigned width, unsigned height, int wanted_width, int wanted_height) {
    unsigned scale = 1;
    if (wanted_width < 1 || wanted_height < 1)
        return scale;
    while (scale < 8 && width / (scale * 2) >= static_cast<unsigned>(wanted_width) &&
           height / (scale * 2) >= static_cast<unsigned>(wanted_height))
        scale *= 2;
    return scale;
}

// Adobe's files hold what is not printed; four channels to three.
void from_cmyk(std::uint8_t* line, int width) {
    for (int x = 0; x < width; ++x, line += 4) {
        const unsigned black = line[3];
        for (int channel = 0; channel < 3; ++channel)
            line[channel] = static_cast<std::uint8_t>(line[channel] * black / 255U);
        line[3] = 0xff;
    }
}

struct Decoder {
    jpeg_decompress_struct codec{};
    Errors errors{};
    JOCTET* profile = nullptr;
    unsigned profile_size = 0;
};

// False when libjpeg gave up. `raster` is the caller's, so that nothing is lost by the jump.
bool read(Decoder& it, std::string_view bytes, int width, int height, Raster& raster) {
    it.codec.err = prepare(it.errors);
    if (setjmp(it.errors.back) != 0)
        return false;
    jpeg_create_decompress(&it.codec);
    jpeg_save_markers(&it.codec, JPEG_APP0 + 2, 0xffff);
    jpeg_mem_src(
        &it.codec,
        reinterpret_cast<const unsigned char*>(bytes.data()),
        static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&it.codec, TRUE);
    const bool is_cmyk =
        it.codec.jpeg_color_space == JCS_CMYK || it.codec.jpeg_color_space == JCS_YCCK;
    it.codec.out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_RGBA;
    it.codec.scale_num = 1;
    it.codec.scale_denom = scale_for(it.codec.image_width, it.codec.image_height, width, height);
    jpeg_calc_output_dimensions(&it.codec);
    const auto pixels = static_cast<std::int64_t>(it.codec.output_width) * it.codec.output_height;
    if (pixels > media::most_pixels)
        return false;
    if (jpeg_read_icc_profile(&it.codec, &it.profile, &it.profile_size) == FALSE)
        it.profile_size = 0;
    jpeg_start_decompress(&it.codec);
    raster = blank(it.codec.output_width, it.codec.output_height);
    while (it.codec.output_scanline < it.codec.output_height) {
        auto* line = raster.pixels.data() +
                     static_cast<std::size_t>(it.codec.output_scanline) * it.codec.output_width * 4;
        JSAMPROW row = line;
        jpeg_read_scanlines(&it.codec, &row, 1);
        if (is_cmyk)
            from_cmyk(line, raster.width);
    }
    jpeg_finish_decompress(&it.codec);
    return true;
}

struct Encoder {
    jpeg_compress_struct codec{};
    Errors errors{};
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
};

bool write(Encoder& it, const Raster& raster, int quality, std::vector<std::uint8_t>& line) {
    it.codec.err = prepare(it.errors);
    if (setjmp(it.errors.back) != 0)
        return false;
    jpeg_create_compress(&it.codec);
    jpeg_mem_dest(&it.codec, &it.bytes, &it.size);
    it.codec.image_width = static_cast<JDIMENSION>(raster.width);
    it.codec.image_height = static_cast<JDIMENSION>(raster.height);
    it.codec.input_components = 3;
    it.codec.in_color_space = JCS_RGB;
    jpeg_set_defaults(&it.codec);
    jpeg_set_quality(&it.codec, quality, TRUE);
    it.codec.optimize_coding = TRUE;
    jpeg_simple_progression(&it.codec);
    jpeg_start_compress(&it.codec, TRUE);
    if (!raster.colours.empty())
        jpeg_write_icc_profile(
            &it.codec,
            reinterpret_cast<const JOCTET*>(raster.colours.data()),
            static_cast<unsigned>(raster.colours.size()));
    while (it.codec.next_scanline < it.codec.image_height) {
        const auto* pixel =
            raster.pixels.data() +
            static_cast<std::size_t>(it.codec.next_scanline) * it.codec.image_width * 4;
        for (std::size_t x = 0; x < it.codec.image_width; ++x, pixel += 4) {
            const unsigned opaque = pixel[3];
            for (std::size_t channel = 0; channel < 3; ++channel)
                line[x * 3 + channel] = static_cast<std::uint8_t>(
                    (pixel[channel] * opaque + 255U * (255U - opaque)) / 255U);
        }
        JSAMPROW row = line.data();
        jpeg_write_scanlines(&it.codec, &row, 1);
    }
    jpeg_finish_compress(&it.codec);
    return true;
}

}  // namespace

Raster decode_jpeg(std::string_view bytes, int width, int height) {
    Decoder decoder;
    Raster raster;
    const bool is_done = read(decoder, bytes, width, height, raster);
    if (is_done && decoder.profile_size > 0)
        raster.colours.assign(reinterpret_cast<char*>(decoder.profile), decoder.profile_size);
    std::free(decoder.profile);
    jpeg_destroy_decompress(&decoder.codec);
    if (!is_done)
        throw Fault("the JPEG picture cannot be decoded");
    return raster;
}

std::string encode_jpeg(const Raster& raster, int quality) {
    Encoder encoder;
    std::vector<std::uint8_t> line(static_cast<std::size_t>(raster.width) * 3);
    const bool is_done = write(encoder, raster, quality, line);
    std::string out;
    if (is_done)
        out.assign(reinterpret_cast<char*>(encoder.bytes), encoder.size);
    std::free(encoder.bytes);
    jpeg_destroy_compress(&encoder.codec);
    if (!is_done)
        throw Fault("the picture cannot be encoded as JPEG");
    return out;
}

}  // namespace caas::picture
