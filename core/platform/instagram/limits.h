// What Instagram accepts.
//
// Captions are counted in characters; UTF-16 code units never count less.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::instagram {

inline constexpr Limits limits{
    .text_limit = 2200,  // Meta, IG User media: caption
    .unit = Unit::utf16,
    .hashtags_limit = 30,
    .hashtags_recommended = 10,
    .mentions_limit = 20,
    .media_limit = 10,  // a carousel
    .needs_media = true,
    .sends_media = true,
    // Meta, IG User media: image specifications and reel specifications
    .picture =
        {.types = "image/jpeg",
         .bytes = 8'000'000,
         .least_width = 320,
         .least_ratio = 800,
         .most_ratio = 1910},
    .video =
        {.types = "video/mp4 video/quicktime",
         .bytes = 300'000'000,
         .side = 1920,
         .least_ms = 3000,
         .most_ms = 900'000,
         .frame_rate = 60,
         .codecs = "h264 hevc"},
    .has_links = false,
    .has_comments = true,
    .style =
        "A caption under a picture: the first sentence must stand alone, because the rest is "
        "folded. "
        "Warm, personal, in short lines. Links in a caption cannot be clicked: never write a bare "
        "URL. Five to ten fitting hashtags at the end, never more than thirty.",
};

}  // namespace caas::platform::instagram
