// Whether and how a picture can be made to fit a platform: smaller, or in another format; never
// larger, never cut, never a moving picture from one that stands still. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/platform/driver.h"
#include "core/platform/limits.h"

namespace caas::platform {

// What a picture is to become.
struct Fit {
    std::string type;         // "image/jpeg", "image/png", "image/webp"
    std::string alternative;  // instead, where that would be too large; empty: none
    std::int64_t bytes = 0;   // at most; 0: any
    int width = 0;            // pixels, at most those it has
    int height = 0;

    // One text for one value: "image/png image/jpeg 1000000 2000x1500".
    std::string recipe() const;
};

// The limits of its kind.
const MediaLimits& limits_of_kind(const Medium& medium, const Limits& limits);
bool takes_type(const MediaLimits& limits, std::string_view type);

// nullopt when it fits as it is, or cannot be made to.
std::optional<Fit> fit_for(const Medium& medium, const Limits& limits);

}  // namespace caas::platform
