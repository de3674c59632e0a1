// What becomes of a page's post after it is out.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::facebook {

void remove(const Entry& published, const Access& access, const Tools& tools);
// Counts of the post itself and, where Facebook still offers them, two of its insights.
Metrics measure(const Entry& published, const Access& access, const Tools& tools);

}  // namespace caas::platform::facebook
