// What Mastodon accepts.
#pragma once

#include "core/platform/limits.h"

namespace caas::platform::mastodon {

inline constexpr Limits limits{
    .text_limit = 500,  // unless the instance says otherwise (/api/v2/instance)
    .unit = Unit::mastodon,
    .url_length = 23,  // characters_reserved_per_url
    .media_limit = 4,
    .has_threads = true,
    .style =
        "Considerate and informative; people here dislike advertising. Write hashtags in CamelCase "
        "so "
        "that screen readers can speak them, and put them at the end. Every URL counts as 23 "
        "characters.",
};

}  // namespace caas::platform::mastodon
