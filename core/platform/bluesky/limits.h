// What Bluesky accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::bluesky {

inline constexpr Limits limits{
    .text_limit = 300,  // lexicon app.bsky.feed.post: maxGraphemes
    .unit = Unit::graphemes,
    .text_bytes = 3000,  // the same lexicon: maxLength, in UTF-8 bytes
    .hashtags_recommended = 3,
    .media_limit = 4,
    .sends_media = true,
    // Lexicon app.bsky.embed.images: accept image/*, maxSize; servers of 2025 take a million bytes,
    // newer ones two. What moves stands still there.
    .picture = {.types = "image/jpeg image/png image/webp", .bytes = 1'000'000},
    // Lexicon app.bsky.embed.video: accept video/mp4, maxSize; a server may take less.
    .video = {.types = "video/mp4", .bytes = 100'000'000},
    .has_one_kind = true,
    .has_threads = true,
    .style =
        "Curious and human, no marketing tone: say one thing well and say why it matters. Links "
        "and "
        "mentions are welcome and count their full length. Few hashtags or none.",
};

}  // namespace caas::platform::bluesky
