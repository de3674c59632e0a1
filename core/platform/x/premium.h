// How long a post may be for whom. Pure.
#pragma once

#include <string_view>

#include "core/platform/limits.h"

namespace caas::platform::x {

// As Driver::limits_for, from the `verified_type` that X gives an account (GET /2/users/me).
Limits limits_for(std::string_view config);

}  // namespace caas::platform::x
