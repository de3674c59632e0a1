// The one gate of plans: whether an organization may have one more of something, and what to say
// when it may not. The command line, the API and the engine all come through here.
//
// Asked in the transaction that adds the thing: writers follow one another, so that many at once
// cannot pass together. Thread-safe: no state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/billing/balance.h"
#include "core/billing/lock.h"
#include "core/billing/plan.h"

namespace caas::billing {

// How many there are by now of what a limit counts; 0 for what is not counted but asked for at once
// (variants) or looks back (history).
std::int64_t count_used(
    store::Reader& reader, const OrganizationId& organization, config::Limit limit, Instant now);

// Throws Error(plan_limit) unless the plan in force allows `more` besides what there is (of
// variants: `more` at all).
void require_room(
    const Plans& plans,
    store::Reader& reader,
    const OrganizationId& organization,
    config::Limit limit,
    std::int64_t more,
    Instant now);

// Room for something of which only the store knows, once it was added, whether it was there before:
// counted before and after. For one transaction; what it is given must outlive it.
class Room {
  public:
    Room(
        const Plans& plans,
        store::Reader& reader,
        const OrganizationId& organization,
        config::Limit limit,
        Instant now);

    // After it was added: throws Error(plan_limit) when there is more than before and than the plan
    // in force allows. That ends the transaction, and nothing is added.
    void require() const;

  private:
    const Plans& plans_;
    store::Reader& reader_;
    const OrganizationId& organization_;
    const config::Limit limit_;
    const Instant now_;
    const config::Plan& plan_;
    std::int64_t before_ = 0;  // where it is limited
};

// Whoever was invited joins: throws Error(plan_limit) when there are more members, without
// invitations, than the plan in force allows.
void require_seat(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now);

// Throws Error(plan_limit) when it is locked. `what` names it: "The account @ana".
void require_unlocked(
    const Plans& plans,
    store::Reader& reader,
    const OrganizationId& organization,
    Lockable kind,
    std::string_view item,
    const std::string& what,
    Instant now);

// What to say of things that are over: Error(plan_limit), with the limit, how much of it is used
// and which plan allows more.
Error over_limit(
    const Plans& plans,
    const config::Plan& plan,
    config::Limit limit,
    std::int64_t used,
    std::int64_t more);
Error out_of_tokens(
    const Plans& plans, const config::Plan& plan, const Balance& balance, std::int64_t needed);
// `cap`, `cost`: microdollars of this month.
Error over_cap(std::int64_t cap, std::int64_t cost, Instant now);

// The cheapest plan that can be bought and allows `wanted`; nullptr when there is none.
const config::Plan* lifting_plan(const Plans& plans, config::Limit limit, std::int64_t wanted);

}  // namespace caas::billing
