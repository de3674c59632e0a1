// What a generation costs: reserved before a provider is called, settled with what it really took,
// released when nothing came of it.
//
// Nothing is ever overspent, however many generate at once and wherever they die: a reservation
// counts as spent until it is settled, released or over, and a debit takes no more than its
// reservation and what else is left. A reservation of a process that died ends by itself.
//
// Repository functions over a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/billing/plan.h"

namespace caas::billing {

// The most that one way of doing a generation may cost.
struct Estimate {
    std::int64_t tokens = 1;  // plan tokens
    std::int64_t microdollars = 0;
};

struct Wish {
    std::string generation;  // a new id
    OrganizationId organization;
    std::vector<Estimate> ways;  // the most thorough one first
    std::int64_t month_cap = 0;  // microdollars in a month of the calendar; 0: any
    Instant expires_at;          // when it must be over, or extended
};

// Reserves the first of the ways that there are tokens and money for, and gives which. Throws
// Error(plan_limit) when there is none.
std::size_t reserve(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Wish& wish,
    Instant now);

// Lets a reservation last longer; harmless when it is gone.
void extend(store::Transaction& transaction, const std::string& generation, Instant expires_at);

// Gives back what was reserved; harmless when it is gone.
void release(store::Transaction& transaction, const std::string& generation);

struct Debit {
    std::string generation;
    OrganizationId organization;
    WorkspaceId workspace;
    PersonId person;
    std::string provider;
    std::string model;
    std::int64_t input_tokens = 0;  // of the provider
    std::int64_t output_tokens = 0;
    std::int64_t tokens = 0;  // plan tokens; 0 when nothing came of it but its costs
    std::int64_t microdollars = 0;
    // Whether somebody got something: then it counts as a generation.
    bool is_done = true;
    bool is_reserved = true;  // false: it was not, and there is nothing to end
};

struct Settled {
    std::int64_t tokens = 0;  // that were taken: no more than were reserved or left
    // Of the tokens that were there to be spent: those that were given last, and those of before
    // that something was left of.
    std::int64_t granted = 0;
    std::int64_t used_before = 0;
    std::int64_t used_after = 0;
    Instant period_start;  // of those that were given last
};

// Takes what it cost from the grants that end first, and ends the reservation. Once for a
// generation: again, it changes nothing. Where tokens are not limited, they are only counted.
Settled settle(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Debit& debit,
    Instant now);

// Across tenants.
bool has_ended_reservation(store::Reader& reader, Instant now);
// Deletes what is over; gives how many. Across tenants.
std::int64_t sweep_reservations(store::Transaction& transaction, Instant now);

// One for each started `per_token` provider tokens, at least 1.
std::int64_t plan_tokens(std::int64_t provider_tokens, std::int64_t per_token);

}  // namespace caas::billing
