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
    .has_links = false,
    .style =
        "A caption under a picture: the first sentence must stand alone, because the rest is "
        "folded. "
        "Warm, personal, in short lines. Links in a caption cannot be clicked: never write a bare "
        "URL. Five to ten fitting hashtags at the end, never more than thirty.",
};

}  // namespace caas::platform::instagram
