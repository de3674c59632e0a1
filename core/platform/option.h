// The options that a version may set for one platform, as others' forms need them. Pure.
#pragma once

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform {

// A JSON Schema (2020-12): one property an option, in order of their names; no others.
Json options_schema(const Driver& driver);

}  // namespace caas::platform
