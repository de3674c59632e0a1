// Whether the account may publish so many posts now: Instagram and Threads count them over a moving
// day and tell how many there were. Asked before anything is made.
#pragma once

#include <span>
#include <string_view>

#include "core/platform/driver.h"
#include "core/platform/meta/call.h"

namespace caas::platform::meta {

// One kind of posts that is counted.
struct Need {
    std::string_view usage;   // member of the answer: "quota_usage"
    std::string_view config;  // member with {"quota_total":…}: "config"
    int total = 0;            // when the answer does not say
    int count = 0;            // that are to be published
};

// Done when there is room, or when the platform does not say; Later for the whole account when
// there is none, or when the rate limits are used up.
Outcome check_quota(
    const Service& service,
    std::string_view edge,
    std::span<const Need> needs,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::meta
