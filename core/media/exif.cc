#include "core/media/exif.h"

#include <algorithm>
#include <array>

#include "core/media/bytes.h"

namespace caas::media {
namespace {

constexpr std::uint64_t orientation_tag = 0x0112;
constexpr std::uint64_t gps_tag = 0x8825;
constexpr std::size_t entry_bytes = 12;

std::uint64_t number(std::string_view tiff, std::size_t at, std::size_t bytes, bool is_big) {
    return is_big ? big_at(tiff, at, bytes) : little_at(tiff, at, bytes);
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

}  // namespace

Exif read_exif(std::string_view tiff) {
    Exif exif;
    const bool is_big = tiff.starts_with("MM");
    if (!is_big && !tiff.starts_with("II"))
        return exif;
    const auto directory = static_cast<std::size_t>(number(tiff, 4, 4, is_big));
    const auto count = number(tiff, directory, 2, is_big);
    for (std::size_t i = 0; i < count; ++i) {
        const auto entry = directory + 2 + i * entry_bytes;
        if (entry + entry_bytes > tiff.size())
            break;
        const auto tag = number(tiff, entry, 2, is_big);
        if (tag == orientation_tag) {
            const auto value = number(tiff, entry + 8, 2, is_big);
            if (value >= 1 && value <= 8)
                exif.orientation = static_cast<int>(value);
        } else if (tag == gps_tag) {
            exif.has_location = true;
        }
    }
    return exif;
}

std::string orientation_exif(int orientation) {
    // Big endian: a header, a directory of one entry (a SHORT), no further directory.
    std::string out("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19);
    out += static_cast<char>(orientation);
    out.append(6, '\0');
    return out;
}

bool xmp_has_location(std::string_view packet) {
    return has_any(packet, {"GPS", "Location", "photoshop:City", "photoshop:State", "CountryCode"});
}

bool iptc_has_location(std::string_view block) {
    // Datasets 2:90 city, 2:92 sublocation, 2:95 province, 2:100 and 2:101 country (IIM 4.2).
    return has_any(
        block, {"\x1c\x02\x5a", "\x1c\x02\x5c", "\x1c\x02\x5f", "\x1c\x02\x64", "\x1c\x02\x65"});
}

}  // namespace caas::media
