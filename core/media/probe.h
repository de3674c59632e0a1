// What a file is, from its bytes and from nothing else: neither its name nor what the sender says
// of it is believed. Takes any bytes; reads only heads and tables, never the pictures themselves.
// Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/media/bytes.h"

namespace caas::media {

struct Facts {
    std::string type;  // "image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", …
    int width = 0;     // as people see it: turned as the file says
    int height = 0;
    int orientation = 1;      // of EXIF, 1 to 8; videos are told turned
    Milliseconds duration{};  // zero for a picture that stands still
    int frames = 1;           // more than one: it moves
    double frame_rate = 0;    // of a video, per second
    std::string codec{};      // "h264", "hevc", …
    std::string audio_codec{};
    // Whether something in it tells where it was taken, or may: packed texts and descriptions of
    // over a megabyte are not looked into.
    bool has_location = false;
    // A video whose table stands before its pictures, so that it can be played while it arrives.
    bool begins_with_table = true;

    bool is_video() const { return type.starts_with("video/"); }
};

// Throws Error: unsupported_media_type for what caas does not take, with words for what it is;
// invalid for what is damaged, and for a picture of more than most_pixels.
Facts probe(const Bytes& bytes);

// A piece of a file as it is to be kept: bytes of the original, or others in their place; where
// those are empty, `size` zeros.
struct Piece {
    std::int64_t offset = 0;
    std::int64_t size = 0;
    std::optional<std::string> instead{};
};

// The same picture or video without what tells where it was taken; nothing is encoded anew, the
// orientation and colours stay. nullopt when there is no such thing in it.
std::optional<std::vector<Piece>> without_location(const Bytes& bytes, const Facts& facts);

// ---- one function a format, each in its own file; they throw as probe does

Facts probe_jpeg(const Bytes& bytes);
Facts probe_png(const Bytes& bytes);
Facts probe_gif(const Bytes& bytes);
Facts probe_webp(const Bytes& bytes);
Facts probe_mp4(const Bytes& bytes);

std::vector<Piece> strip_jpeg(const Bytes& bytes, const Facts& facts);
std::vector<Piece> strip_png(const Bytes& bytes, const Facts& facts);
std::vector<Piece> strip_gif(const Bytes& bytes);
std::vector<Piece> strip_webp(const Bytes& bytes);
std::vector<Piece> strip_mp4(const Bytes& bytes);

// ---- what they share

constexpr int largest_side = 65'535;

[[noreturn]] void throw_damaged(std::string_view kind);

// Throws Error(invalid) unless both are 1 to 65,535.
void set_size(Facts& facts, std::uint64_t width, std::uint64_t height, std::string_view kind);
// Turns the size by the orientation.
void turn(Facts& facts, int orientation);

}  // namespace caas::media
