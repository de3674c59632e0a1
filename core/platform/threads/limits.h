// What Threads accepts.
//
// A third party reports that emoji count by their UTF-8 bytes; that larger count is taken.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::threads {

inline constexpr Limits limits{
    .text_limit = 500,  // Meta, Threads API overview
    .unit = Unit::threads,
    .hashtags_recommended = 1,
    .media_limit = 20,  // a carousel
    .sends_media = true,
    // Meta, Threads API: image and video specifications
    .picture = {.types = "image/jpeg image/png", .bytes = 8'000'000},
    .video =
        {.types = "video/mp4 video/quicktime",
         .bytes = 1'000'000'000,
         .most_ms = 300'000,
         .codecs = "h264 hevc"},
    .has_threads = true,
    .parts_limit = 250,  // posts of one profile in 24 hours
    .style =
        "Conversational and light, as if speaking to friends who share an interest. One or two "
        "short "
        "paragraphs, at most one topic tag, and an opening for others to answer.",
};

}  // namespace caas::platform::threads
