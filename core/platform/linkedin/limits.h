// What LinkedIn accepts.
//
// The unit of the limit is not documented; UTF-16 code units never count less than any other.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::linkedin {

inline constexpr Limits limits{
    .text_limit = 3000,  // learn.microsoft.com, Posts API, commentary
    .unit = Unit::utf16,
    .text_recommended = 1300,  // house recommendation: what is read before people stop
    .hashtags_recommended = 5,
    .media_limit = 20,  // multiImage: 2 to 20
    .sends_media = true,
    // learn.microsoft.com, Images API: fewer than 36,152,320 pixels, GIF to 250 frames
    .picture = {.types = "image/jpeg image/png image/gif", .pixels = 36'152'319},
    .moving = {.types = "image/gif", .pixels = 36'152'319, .frames = 250},
    .video = {.types = "video/mp4"},
    .has_one_kind = true,
    .alt_limit = 4086,
    .has_comments = true,
    .style =
        "A professional speaking to peers: a first line that earns the click on 'see more', short "
        "paragraphs with blank lines between them, a concrete lesson or number, and a question or "
        "call to action at the end. Under 1300 characters. Three to five hashtags on the last "
        "line. "
        "Plain text: markdown is shown as it is typed.",
};

}  // namespace caas::platform::linkedin
