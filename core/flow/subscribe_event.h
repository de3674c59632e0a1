// What is done with the events of Stripe, after they were accepted: each is a hint at what to ask
// Stripe for. Events that fail are tried again; several programs may work side by side.
//
// Functions over the tools; they keep no state. Thread-safe.
#pragma once

#include <optional>
#include <stop_token>

#include "core/base/clock.h"
#include "core/flow/tools.h"

namespace caas::flow {

struct WorkedEvents {
    int settled = 0;
    int failed = 0;  // put off
    std::optional<Instant> again;
};

// Works on what is due. Throws Error of the store.
WorkedEvents work_on_events(const Tools& tools, const std::stop_token& stop = {});

}  // namespace caas::flow
