// What an organization has bought, apart from what everybody has.
#pragma once

#include "core/billing/plan.h"

namespace caas::billing {

// The plan that was bought and that its standing, its grace and what was ordered for the end of the
// period let hold at `now`; nullptr when there is none. Pure; thread-safe.
const config::Plan* plan_bought(const Plans& plans, const PlanState& state, Instant now);

}  // namespace caas::billing
