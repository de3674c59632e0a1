// Finding a post whose creation is in doubt among the account's newest.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::x {

// Two calls at most. A listing proves presence, never absence: X may show a post late or not at
// all.
Sight look_for_post(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::x
