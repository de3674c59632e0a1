// What is done with a post or comment on LinkedIn once it is out: taken back, counted.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::linkedin {

// As Driver::remove.
void remove(const Entry& published, const Access& access, const Tools& tools);

// As Driver::measure. Of an organization's post all that LinkedIn tells; of a member's the likes
// and comments. A comment is counted with its post.
Metrics measure(const Entry& published, const Access& access, const Tools& tools);

}  // namespace caas::platform::linkedin
