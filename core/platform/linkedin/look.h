// Finding a post whose creation is in doubt.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::linkedin {

// One call at most. Only what an organization posted can be listed, and a listing proves presence,
// never absence; of a member's posts, and of comments, nobody can tell.
Sight look_for_post(
    const Publication& publication,
    const Journal& journal,
    const Access& access,
    const Tools& tools);

}  // namespace caas::platform::linkedin
