// What X accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::x {

inline constexpr Limits limits{
    .text_limit = 280,  // docs.x.com/fundamentals/counting-characters
    .unit = Unit::weighted,
    .url_length = 23,  // every URL becomes a t.co link of this length
    .hashtags_recommended = 2,
    .cashtags_limit = 1,  // API rule of 2026 for self-serve tiers (docs.x.com, manage posts)
    .media_limit = 4,
    .sends_media = true,
    // docs.x.com, media best practices and upload
    .picture = {.types = "image/jpeg image/png image/webp image/gif", .bytes = 5'000'000},
    .moving =
        {.types = "image/gif", .bytes = 15'000'000, .width = 1280, .height = 1080, .frames = 350},
    .video =
        {.types = "video/mp4 video/quicktime",
         .bytes = 512'000'000,
         .width = 1280,
         .height = 1024,
         .least_width = 32,
         .least_ratio = 333,
         .most_ratio = 3000,
         .least_ms = 500,
         .most_ms = 140'000,
         .frame_rate = 60,
         .codecs = "h264"},
    .has_one_kind = true,
    .alt_limit = 1000,
    .has_threads = true,
    .parts_limit = 100,  // 100 creates in 15 minutes for one person (docs.x.com/rate-limits)
    .style =
        "Short and sharp: one thought a post, the point in the first words, no filler. At most two "
        "hashtags, and only where people would look for them. No more than one cashtag. Every URL "
        "counts as 23 characters, whatever its length.",
};

}  // namespace caas::platform::x
