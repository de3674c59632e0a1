// Buying, changing and canceling a plan: from a checkout to what an organization may do. Only what
// Stripe says later changes anything here; these ask for it.
//
// Functions over the tools; they keep no state. Thread-safe. All throw Error: invalid where no
// plans are sold or the plan cannot be bought, conflict when it does not fit what was bought
// before, and what the calls of Stripe throw (platform_refused, platform_unavailable).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/billing/plan.h"
#include "core/flow/tools.h"

namespace caas::flow {

// A page of Stripe's to be opened by the person.
struct StripePage {
    std::string id;
    std::string url;
    std::optional<Instant> expires_at;
};

// The page on which `plan` is bought. There is one at a time: the same again gives the same,
// another plan ends it. Conflict when there is a plan already: that is changed.
StripePage begin_checkout(
    const Tools& tools, const access::Principal& principal, const std::string& plan);
// The page with invoices and cards. Conflict when nothing was ever bought.
StripePage begin_portal(const Tools& tools, const access::Principal& principal);

struct PlanChange {
    std::string plan;
    bool is_now = false;        // else from the end of the period on
    std::optional<Instant> at;  // when it takes effect, where it is not now
    bool is_pending = false;    // its payment needs the person: see `page`
    std::string page;
    std::int64_t amount_due = 0;  // of an upgrade: what it costs now
    std::string currency;
    std::optional<Instant> as_of;  // when money was reckoned: given back, it is the same again
};

// What change_plan would do and cost.
PlanChange preview_change(
    const Tools& tools, const access::Principal& principal, const std::string& plan);
// A greater plan at once, for the rest of the period; a smaller one from its end on, and the one
// that is paid for again until then. `as_of`: of the preview; Error(invalid) when it is none of the
// last hour.
PlanChange change_plan(
    const Tools& tools,
    const access::Principal& principal,
    const std::string& plan,
    std::optional<Instant> as_of);
// Lets it end with its period. Like all that changes a plan: conflict when Stripe, asked
// afterwards, does not have it so.
void cancel_plan(const Tools& tools, const access::Principal& principal);
// Takes that back, or ends a pause.
void keep_plan(const Tools& tools, const access::Principal& principal);

// Whether a subscription of the organization goes on taking money, or may be bought just now: it is
// not to be deleted then.
bool has_living_subscription(
    store::Reader& reader, const OrganizationId& organization, Instant now);

}  // namespace caas::flow
