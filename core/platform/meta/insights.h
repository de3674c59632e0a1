// What Instagram and Threads count of a published object.
#pragma once

#include <span>
#include <string_view>

#include "core/platform/driver.h"
#include "core/platform/meta/call.h"

namespace caas::platform::meta {

struct Metric {
    std::string_view theirs;  // "saved"
    std::string_view ours;    // "saves"
};

// Reads {"data":[{"name":…,"values":[{"value":…}]}]} or …"total_value":{"value":…}. What is not
// told is not there. Throws Error as Driver::check does.
Metrics read_insights(
    const Service& service,
    const Entry& published,
    std::span<const Metric> metrics,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::meta
