// Where Facebook's API for pages is.
#pragma once

#include <string_view>

#include "core/platform/meta/call.h"

namespace caas::platform::facebook {

inline constexpr std::string_view base_url = "https://graph.facebook.com";
inline constexpr std::string_view version = "v26.0";

extern const meta::Service service;

}  // namespace caas::platform::facebook
