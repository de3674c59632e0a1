// What the outbox accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::outbox {

inline constexpr Limits limits{
    .sends_media = true,  // by their ids
    .picture = {.types = "*"},
    .moving = {.types = "*"},
    .video = {.types = "*"},
    .has_threads = true,
    .style = "A text for people to use elsewhere: complete, self-contained, in plain Markdown.",
};

}  // namespace caas::platform::outbox
