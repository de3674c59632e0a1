// When the configuration allows more than it did (publish.account_per_h, …organization_per_h), what
// was told to wait for its turn asks again at once, instead of up to an hour later, and what went
// out before counts as many of the new limit as of the old.
#pragma once

#include "core/flow/admit.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Compares the limits with those of the last time and, when they are others, wakes all posts that
// wait for their turn. Gives how many these were.
int heed_ration_change(const Tools& tools, const Ration& ration);

}  // namespace caas::flow
