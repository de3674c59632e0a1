// What Mastodon accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::mastodon {

inline constexpr Limits limits{
    .text_limit = 500,  // unless the instance says otherwise (/api/v2/instance)
    .unit = Unit::mastodon,
    .url_length = 23,  // characters_reserved_per_url
    .media_limit = 4,
    .sends_media = true,
    // Unless the instance says otherwise; these are Mastodon's own (mastodon MediaAttachment).
    .picture =
        {.types = "image/jpeg image/png image/webp image/gif",
         .bytes = 16'777'216,
         .pixels = 33'177'600},
    .moving = {.types = "image/gif", .bytes = 16'777'216, .pixels = 33'177'600},
    .video = {.types = "video/mp4 video/quicktime", .bytes = 103'809'024, .frame_rate = 120},
    .has_one_kind = true,
    .alt_limit = 1500,
    .has_threads = true,
    .style =
        "Considerate and informative; people here dislike advertising. Write hashtags in CamelCase "
        "so "
        "that screen readers can speak them, and put them at the end. Every URL counts as 23 "
        "characters.",
};

}  // namespace caas::platform::mastodon
