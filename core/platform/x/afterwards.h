// What is done with a post of X once it is out: taken back, counted.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::x {

// As Driver::remove. X allows 50 in 15 minutes (docs.x.com/rate-limits).
void remove(const Entry& published, const Access& access, const Tools& tools);

// As Driver::measure. Costs 0.001 $ a post (docs.x.com, pricing).
Metrics measure(const Entry& published, const Access& access, const Tools& tools);

}  // namespace caas::platform::x
