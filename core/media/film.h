// Still pictures of videos, by ffmpeg: a program that others install, or not. Functions;
// thread-safe.
#pragma once

#include <filesystem>

#include "core/media/fitting.h"

namespace caas::media {

// `named`: its file, or its name to look for where programs are. Throws
// Error(unsupported_media_type), with words on how to get it, when it is not there.
std::filesystem::path find_ffmpeg(const std::string& named);

// A JPEG of the video's beginning, `width` pixels wide at most. Throws Error: invalid when the
// video cannot be decoded, unavailable when that takes too long.
Fitted still_of(
    const std::filesystem::path& ffmpeg,
    Place& place,
    const std::filesystem::path& source,
    int width);

}  // namespace caas::media
