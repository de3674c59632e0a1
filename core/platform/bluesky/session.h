// Signing in to Bluesky with an app password, and keeping the session that comes of it.
#pragma once

#include <optional>
#include <string_view>

#include "core/platform/driver.h"

namespace caas::platform::bluesky {

Identity connect(const ConnectRequest& request, const Tools& tools);
// Repeating it after a crash is safe: the old refresh token works two more hours and gives the same
// next one (run against PDS 0.4.217).
Credentials refresh(const Access& access, const Tools& tools);
Identity check(const Access& access, const Tools& tools);

// `exp` of a JSON Web Token; not verified, only read.
std::optional<Instant> expiry_of(std::string_view token);

}  // namespace caas::platform::bluesky
