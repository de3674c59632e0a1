// What Facebook pages accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::facebook {

inline constexpr Limits limits{
    .text_limit = 63206,  // as several maintained clients check it
    .unit = Unit::code_points,
    .text_recommended = 2000,  // house recommendation
    .hashtags_recommended = 3,
    .media_limit = 10,
    .sends_media = true,
    // Pages answer larger photos with error 1366046, which names 4 MB, JPEG and PNG
    .picture = {.types = "image/jpeg image/png", .bytes = 4'000'000},
    .moving = {.types = "image/gif", .bytes = 4'000'000},
    .video = {.types = "video/mp4 video/quicktime"},
    .has_one_kind = true,
    .has_comments = true,
    .style =
        "Friendly and plain, for a mixed audience: one short paragraph that says what it is about, "
        "then what the reader gets from it, then a link or a question. At most three hashtags.",
};

}  // namespace caas::platform::facebook
