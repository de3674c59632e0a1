#include "core/media/probe.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/media/most_pixels.h"

namespace caas::media {
namespace {

struct Format {
    std::string_view beginning;
    std::size_t at;  // where it stands
    Facts (*probe)(const Bytes&);
};

constexpr std::array formats{
    Format{"\xff\xd8\xff", 0, probe_jpeg},
    Format{"\x89PNG\r\n\x1a\n", 0, probe_png},
    Format{"GIF87a", 0, probe_gif},
    Format{"GIF89a", 0, probe_gif},
    Format{"WEBP", 8, probe_webp},
    Format{"ftyp", 4, probe_mp4},
    // Files of QuickTime without a brand.
    Format{"moov", 4, probe_mp4},
    Format{"mdat", 4, probe_mp4},
    Format{"wide", 4, probe_mp4},
};

// What people send that is not taken, so that they are told what it is and what to do.
struct Stranger {
    std::string_view beginning;
    std::size_t at;
    std::string_view words;
    std::string_view hint;
};

constexpr std::string_view as_picture = "save it as JPEG or PNG";
constexpr std::string_view as_video = "convert it to MP4 with H.264 and AAC";

constexpr std::array strangers{
    Stranger{"BM", 0, "a BMP picture", as_picture},
    Stranger{"II*\0", 0, "a TIFF picture", as_picture},
    Stranger{"MM\0*", 0, "a TIFF picture", as_picture},
    Stranger{"<svg", 0, "an SVG drawing", as_picture},
    Stranger{"<?xml", 0, "an XML file", as_picture},
    Stranger{"%PDF", 0, "a PDF document", as_picture},
    Stranger{"\x1a\x45\xdf\xa3", 0, "a WebM or Matroska video", as_video},
    Stranger{"AVI ", 8, "an AVI video", as_video},
    Stranger{"WAVE", 8, "a WAV sound", "platforms take pictures and videos"},
    Stranger{"ID3", 0, "an MP3 sound", "platforms take pictures and videos"},
    Stranger{"OggS", 0, "an Ogg file", as_video},
    Stranger{"FLV", 0, "a Flash video", as_video},
    Stranger{"PK\x03\x04", 0, "a ZIP archive", "add the pictures in it one by one"},
};

bool stands_at(std::string_view head, std::string_view beginning, std::size_t at) {
    return head.size() >= at + beginning.size() && head.substr(at, beginning.size()) == beginning;
}

// Said when it is added and checked, not only when it is to go out.
void refuse_too_many_pixels(const Facts& facts) {
    constexpr std::int64_t million = 1'000'000;
    const auto pixels = std::int64_t{facts.width} * facts.height;
    if (!facts.is_video() && pixels > most_pixels)
        throw Error(
            Code::invalid,
            "The picture has " + std::to_string(facts.width) + "x" + std::to_string(facts.height) +
                " pixels: caas takes at most " + std::to_string(most_pixels / million) + " million",
            "make it smaller");
}

}  // namespace

Facts probe(const Bytes& bytes) {
    constexpr std::size_t head_bytes = 16;
    const auto head = bytes.read(0, head_bytes);
    if (head.empty())
        throw Error(Code::invalid, "The file is empty");
    for (const auto& format : formats) {
        if (stands_at(head, format.beginning, format.at)) {
            auto facts = format.probe(bytes);
            refuse_too_many_pixels(facts);
            return facts;
        }
    }
    for (const auto& stranger : strangers) {
        if (stands_at(head, stranger.beginning, stranger.at))
            throw Error(
                Code::unsupported_media_type,
                "The file is " + std::string(stranger.words) + ", which no platform is sent",
                std::string(stranger.hint));
    }
    throw Error(
        Code::unsupported_media_type,
        "The file is no picture or video that caas knows",
        "JPEG, PNG, GIF and WebP pictures and MP4 and MOV videos are taken");
}

std::optional<std::vector<Piece>> without_location(const Bytes& bytes, const Facts& facts) {
    if (!facts.has_location)
        return std::nullopt;
    if (facts.type == "image/jpeg")
        return strip_jpeg(bytes, facts);
    if (facts.type == "image/png")
        return strip_png(bytes, facts);
    if (facts.type == "image/gif")
        return strip_gif(bytes);
    if (facts.type == "image/webp")
        return strip_webp(bytes);
    return strip_mp4(bytes);
}

void throw_damaged(std::string_view kind) {
    throw Error(
        Code::invalid,
        "The " + std::string(kind) + " is damaged or incomplete",
        "open it in a viewer and save it again");
}

void set_size(Facts& facts, std::uint64_t width, std::uint64_t height, std::string_view kind) {
    if (width == 0 || height == 0 || width > largest_side || height > largest_side)
        throw_damaged(kind);
    facts.width = static_cast<int>(width);
    facts.height = static_cast<int>(height);
}

void turn(Facts& facts, int orientation) {
    facts.orientation = orientation;
    // 5 to 8 lie on their side (EXIF 2.3, 4.6.4).
    if (orientation >= 5)
        std::swap(facts.width, facts.height);
}

}  // namespace caas::media
