// What a webhook accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::webhook {

inline constexpr Limits limits{
    .sends_media = true,  // by their ids
    .picture = {.types = "*"},
    .moving = {.types = "*"},
    .video = {.types = "*"},
    .has_threads = true,
    .style = "A text that another program passes on: complete, self-contained, plain text.",
};

}  // namespace caas::platform::webhook
