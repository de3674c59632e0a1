// What a webhook accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::webhook {

inline constexpr Limits limits{
    .has_threads = true,
    .style = "A text that another program passes on: complete, self-contained, plain text.",
};

}  // namespace caas::platform::webhook
