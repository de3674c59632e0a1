// Keeps what plans lock up to date where nobody does anything: a grace ends, a period ends, the
// installation's plans become others.
#pragma once

#include <optional>

#include "core/flow/tools.h"

namespace caas::flow {

// Sweeps reservations that are over, and makes locks anew: at the first call those of all
// organizations, then hourly those of organizations that have bought something. `next` is kept by
// the caller, empty at first. Gives when there is something again; nullopt: never. Throws Error.
std::optional<Instant> keep_plans_hourly(const Tools& tools, std::optional<Instant>& next);

}  // namespace caas::flow
