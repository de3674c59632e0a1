// Asks platforms for the numbers of what was published: jobs of their own, which read and never
// touch a publish. Does nothing for accounts that are not active, and for platforms that charge for
// reads only where the installation allows it.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Takes up what was published since the last call, then asks for what is due. Gives when to call
// again. Several daemons may do so at once. Throws Error of the store; what platforms say is kept
// with the round.
std::optional<Instant> measure_due(const Tools& tools);

}  // namespace caas::flow
