// `caasd --once`: publishes what is due and leaves, for cron. For the main thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/app/app.h"
#include "core/flow/engine.h"

namespace caas::daemon {

// What it exits with. It is 0 however the posts ended: their states tell that. Throws Error when
// the store could not be used.
int run_once(const app::Start& start);

// "2 published, 1 failed, 3 wait for their turn", or "nothing was due". `put_off`: due posts that a
// limit keeps back.
std::string summary(const flow::Counts& counts, std::int64_t put_off);

}  // namespace caas::daemon
