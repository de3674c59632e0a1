// Sets right what is kept of Stripe: events that never came, subscriptions and invoices that are
// not known or are known otherwise. Says what was different.
//
// Functions over the tools; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/base/clock.h"
#include "core/flow/subscribe_stripe.h"
#include "core/flow/tools.h"

namespace caas::flow {

struct Synced {
    std::int64_t customers = 0;      // that were compared
    std::int64_t missed_events = 0;  // that Stripe has and never arrived
    std::vector<Difference> differences;
};

// What is kept of one organization.
Synced sync_organization(const Tools& tools, const OrganizationId& organization);
// Of all of them; also works on the events that wait.
Synced sync_everything(const Tools& tools, const std::stop_token& stop = {});

struct KeptBilling {
    bool has_worked = false;       // something was done, of which people may have been written to
    std::optional<Instant> again;  // nullopt: no plans are sold
};

// What a daemon does for billing: works on events, and each night, one daemon for all, syncs.
KeptBilling keep_billing(const Tools& tools, const std::stop_token& stop = {});

}  // namespace caas::flow
