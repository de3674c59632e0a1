// Small files of each format, put together byte by byte as the formats' own documents say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/media/exif.h"

namespace caas::media::sample {

inline std::string big(std::uint64_t number, int bytes) {
    std::string out;
    for (int i = bytes; i-- > 0;)
        out += static_cast<char>((number >> (static_cast<unsigned>(i) * 8U)) & 0xffU);
    return out;
}

inline std::string little(std::uint64_t number, int bytes) {
    const auto turned = big(number, bytes);
    return {turned.rbegin(), turned.rend()};
}

// ---- EXIF

// Big endian, with an orientation and, if asked, a pointer to where it was taken.
inline std::string exif(int orientation, bool has_location) {
    std::string out("MM\0\x2a\0\0\0\x08", 8);
    out += big(has_location ? 2 : 1, 2);
    out += big(0x0112, 2) + big(3, 2) + big(1, 4) +
           big(static_cast<std::uint64_t>(orientation), 2) + big(0, 2);
    if (has_location)
        out += big(0x8825, 2) + big(4, 2) + big(1, 4) + big(38, 4);
    return out + big(0, 4);
}

// ---- JPEG

inline std::string segment(int marker, const std::string& payload) {
    return std::string("\xff") + static_cast<char>(marker) + big(payload.size() + 2, 2) + payload;
}

inline std::string jpeg(int width, int height, const std::string& more = "") {
    const auto frame = big(8, 1) + big(static_cast<std::uint64_t>(height), 2) +
                       big(static_cast<std::uint64_t>(width), 2) + big(1, 1) + "\x01\x11" +
                       std::string(1, '\0');
    return "\xff\xd8" + segment(0xe0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) + more +
           segment(0xdb, std::string(65, '\1')) + segment(0xc0, frame) +
           segment(0xda, std::string("\1\1\0\0\x3f\0", 6)) + "picture" + "\xff\xd9";
}

inline std::string exif_segment(int orientation, bool has_location) {
    return segment(0xe1, std::string("Exif\0\0", 6) + exif(orientation, has_location));
}

// ---- PNG

// CRC-32 of ISO 3309.
inline std::uint32_t crc(std::string_view bytes) {
    std::uint32_t sum = 0xffffffffU;
    for (const char c : bytes) {
        sum ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xedb88320U : 0U);
    }
    return ~sum;
}

inline std::string chunk(std::string_view name, const std::string& data) {
    const auto summed = std::string(name) + data;
    return big(data.size(), 4) + summed + big(crc(summed), 4);
}

inline std::string png(int width, int height, const std::string& more = "") {
    return "\x89PNG\r\n\x1a\n" +
           chunk(
               "IHDR",
               big(static_cast<std::uint64_t>(width), 4) +
                   big(static_cast<std::uint64_t>(height), 4) + std::string("\x08\2\0\0\0", 5)) +
           more + chunk("IDAT", "picture") + chunk("IEND", "");
}

// ---- GIF

inline std::string gif(int width, int height, int frames, int hundredths = 10) {
    std::string out = "GIF89a" + little(static_cast<std::uint64_t>(width), 2) +
                      little(static_cast<std::uint64_t>(height), 2) + std::string("\x80\0\0", 3) +
                      std::string(6, '\0');
    for (int i = 0; i < frames; ++i)
        out += "\x21\xf9" + little(4, 1) + std::string(1, '\0') +
               little(static_cast<std::uint64_t>(hundredths), 2) + std::string(2, '\0') + "\x2c" +
               std::string(8, '\1') + std::string(1, '\0') + little(2, 1) + little(3, 1) + "abc" +
               std::string(1, '\0');
    return out + "\x3b";
}

// ---- WebP

inline std::string riff(const std::string& chunks) {
    return "RIFF" + little(chunks.size() + 4, 4) + "WEBP" + chunks;
}

inline std::string webp_chunk(std::string_view name, const std::string& data) {
    return std::string(name) + little(data.size(), 4) + data + std::string(data.size() % 2, '\0');
}

inline std::string lossy(int width, int height) {
    return webp_chunk(
        "VP8 ",
        std::string("\x10\0\0\x9d\x01\x2a", 6) + little(static_cast<std::uint64_t>(width), 2) +
            little(static_cast<std::uint64_t>(height), 2) + "picture");
}

inline std::string extended(int width, int height, char flags) {
    return webp_chunk(
        "VP8X",
        std::string(1, flags) + std::string(3, '\0') +
            little(static_cast<std::uint64_t>(width - 1), 3) +
            little(static_cast<std::uint64_t>(height - 1), 3));
}

// ---- MP4

inline std::string box(std::string_view name, const std::string& content) {
    return big(content.size() + 8, 4) + std::string(name) + content;
}

inline std::string matrix(bool lies) {
    const auto one = big(0x10000, 4);
    const auto none = big(0, 4);
    return (lies ? none + one + none + big(0xffff0000, 4) + none + none
                 : one + none + none + none + one + none) +
           none + none + big(0x40000000, 4);
}

struct Video {
    int width = 640;
    int height = 360;
    int ms = 2000;
    int samples = 60;
    std::string brand = "isom";
    std::string codec = "avc1";
    bool lies = false;
    bool has_sound = true;
    bool begins_with_table = true;
    std::string more{};  // in the table
};

inline std::string track(const Video& video, bool is_sound) {
    const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
    const auto size = [&](int side) {
        return big(is_sound ? 0U : static_cast<std::uint64_t>(side), 2) + zeros(2);
    };
    const auto time =
        zeros(12) + big(1000, 4) + big(static_cast<std::uint64_t>(video.ms), 4) + zeros(4);
    const auto entry = zeros(6) + big(1, 2) + zeros(16) +
                       big(static_cast<std::uint64_t>(video.width), 2) +
                       big(static_cast<std::uint64_t>(video.height), 2) + zeros(50);
    return box(
        "trak",
        box("tkhd",
            zeros(12) + big(1, 4) + zeros(4) + big(static_cast<std::uint64_t>(video.ms), 4) +
                zeros(16) + matrix(video.lies) + size(video.width) + size(video.height)) +
            box("mdia",
                box("mdhd", time) +
                    box("hdlr", zeros(8) + (is_sound ? "soun" : "vide") + zeros(13)) +
                    box("minf",
                        box("stbl",
                            box("stsd",
                                zeros(4) + big(1, 4) +
                                    box(is_sound ? "mp4a" : video.codec, entry)) +
                                box("stts",
                                    zeros(4) + big(1, 4) +
                                        big(static_cast<std::uint64_t>(video.samples), 4) +
                                        big(33, 4))))));
}

inline std::string mp4(const Video& video = {}) {
    const auto head = box("ftyp", video.brand + big(0, 4) + "isom");
    const auto table =
        box("moov",
            box("mvhd",
                std::string(12, '\0') + big(1000, 4) +
                    big(static_cast<std::uint64_t>(video.ms), 4) + std::string(80, '\0')) +
                track(video, false) + (video.has_sound ? track(video, true) : std::string()) +
                video.more);
    const auto data = box("mdat", "pictures and sounds");
    return head + (video.begins_with_table ? table + data : data + table);
}

// One of each, as a start for what is broken on purpose.
inline std::vector<std::string> all() {
    return {
        jpeg(40, 30, exif_segment(6, true)),
        png(40, 30, chunk("eXIf", exif(3, true)) + chunk("tEXt", "Comment")),
        gif(40, 30, 3),
        riff(extended(40, 30, 0x0c) + lossy(40, 30) + webp_chunk("EXIF", exif(1, true))),
        mp4({.lies = true, .more = box("udta", box("\xa9xyz", "+48.1+11.5/"))}),
    };
}

}  // namespace caas::media::sample
