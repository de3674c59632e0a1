// JPEG: a row of marked segments before the picture's own data (ITU-T T.81, annex B).
#include <functional>

#include "core/media/exif.h"
#include "core/media/probe.h"

namespace caas::media {
namespace {

constexpr std::string_view kind = "JPEG picture";
constexpr int most_segments = 10'000;
constexpr std::uint64_t start_of_scan = 0xda;
constexpr std::uint64_t end_of_image = 0xd9;
constexpr std::uint64_t app1 = 0xe1;
constexpr std::uint64_t app13 = 0xed;
constexpr std::string_view exif_mark{"Exif\0\0", 6};
constexpr std::string_view xmp_mark = "http://ns.adobe.com/x";  // also of extended XMP
constexpr std::string_view iptc_mark = "Photoshop 3.0";

struct Segment {
    std::uint64_t marker = 0;
    std::int64_t offset = 0;  // of the marker
    std::int64_t size = 0;    // with marker and length
    std::string payload;      // of APP1, APP13 and frames
};

bool has_length(std::uint64_t marker) {
    return marker != 0x01 && (marker < 0xd0 || marker > end_of_image);
}

bool is_frame(std::uint64_t marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

// Up to the scan, whose segment is the last one told. Throws when the row breaks off.
void walk(const Bytes& bytes, const std::function<void(const Segment&)>& tell) {
    Cursor cursor(bytes, 2);
    for (int i = 0; i < most_segments; ++i) {
        Segment segment;
        segment.offset = cursor.at();
        std::uint64_t byte = 0;
        if (!cursor.big(1, byte) || byte != 0xff)
            throw_damaged(kind);
        // Any number of fill bytes may stand before a marker.
        do {
            if (!cursor.big(1, segment.marker))
                throw_damaged(kind);
        } while (segment.marker == 0xff && cursor.at() - segment.offset < 1024);
        if (!has_length(segment.marker)) {
            segment.size = cursor.at() - segment.offset;
            tell(segment);
            continue;
        }
        std::uint64_t length = 0;
        if (!cursor.big(2, length) || length < 2)
            throw_damaged(kind);
        const auto payload = static_cast<std::int64_t>(length) - 2;
        segment.size = cursor.at() - segment.offset + payload;
        const bool is_read =
            segment.marker == app1 || segment.marker == app13 || is_frame(segment.marker);
        if (is_read ? !cursor.take(static_cast<std::size_t>(payload), segment.payload)
                    : !cursor.skip(payload))
            throw_damaged(kind);
        tell(segment);
        if (segment.marker == start_of_scan)
            return;
    }
    throw_damaged(kind);
}

bool is_exif(const Segment& segment) {
    return segment.marker == app1 && segment.payload.starts_with(exif_mark);
}

bool is_description(const Segment& segment) {
    return is_exif(segment) || (segment.marker == app1 && segment.payload.starts_with(xmp_mark)) ||
           (segment.marker == app13 && segment.payload.starts_with(iptc_mark));
}

}  // namespace

Facts probe_jpeg(const Bytes& bytes) {
    Facts facts;
    facts.type = "image/jpeg";
    int orientation = 1;
    bool has_frame = false;
    walk(bytes, [&](const Segment& segment) {
        const std::string_view payload = segment.payload;
        if (is_frame(segment.marker) && !has_frame) {
            has_frame = true;
            set_size(facts, big_at(payload, 3, 2), big_at(payload, 1, 2), kind);
        } else if (is_exif(segment)) {
            const auto exif = read_exif(payload.substr(exif_mark.size()));
            orientation = exif.orientation;
            facts.has_location = facts.has_location || exif.has_location;
        } else if (segment.marker == app1 && is_description(segment)) {
            facts.has_location = facts.has_location || xmp_has_location(payload);
        } else if (is_description(segment)) {
            facts.has_location = facts.has_location || iptc_has_location(payload);
        }
    });
    if (!has_frame)
        throw_damaged(kind);
    turn(facts, orientation);
    return facts;
}

std::vector<Piece> strip_jpeg(const Bytes& bytes, const Facts& facts) {
    std::vector<Piece> pieces{{0, 2}};
    if (facts.orientation != 1) {
        const auto exif = std::string(exif_mark) + orientation_exif(facts.orientation);
        const auto length = exif.size() + 2;
        std::string segment{"\xff\xe1"};
        segment += static_cast<char>(length >> 8U);
        segment += static_cast<char>(length & 0xffU);
        pieces.push_back({.instead = segment + exif});
    }
    std::int64_t end = 2;
    walk(bytes, [&](const Segment& segment) {
        end = segment.offset + segment.size;
        if (!is_description(segment))
            pieces.push_back({segment.offset, segment.size});
    });
    pieces.push_back({end, bytes.size - end});
    return pieces;
}

}  // namespace caas::media
