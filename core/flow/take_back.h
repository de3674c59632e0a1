// Taking back what was published, where the platform lets anybody. The post stays on record.
#pragma once

#include <functional>

#include "core/access/principal.h"
#include "core/delivery/post.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Looks at the post before anything is done; what it throws ends that.
using PostCheck = std::function<void(const delivery::Post&)>;

// Removes every part that is out, the last one first, at the platform, and notes when. The rest of
// a thread that is half out is stopped before that, as delivery::cancel does, and stays stopped
// whatever the platform answers: until all is removed, a post says so and is not tried again. Doing
// it again is harmless: what is gone counts as taken back. Throws Error: not_found, conflict
// (nothing is out, more of it may be out or comes out meanwhile, not every part is on record, or
// the platform offers no way: its address is in the hint), platform_sign_in, platform_unavailable,
// platform_refused.
delivery::Post take_back(
    const Tools& tools,
    const access::Principal& principal,
    const PostId& id,
    const PostCheck& check = {});

}  // namespace caas::flow
