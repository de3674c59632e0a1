// The plan tokens an organization has: what it was given, less what its generations cost and may
// cost yet.
//
// Repository functions over a reader or a transaction; they keep no state. Thread-safe. Writers
// follow one another (store::Store), so what is read in a transaction holds until its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/billing/plan.h"

namespace caas::billing {

// A grant that is good now, and what debits took of it.
struct Purse {
    std::string id;
    std::int64_t tokens = 0;
    std::int64_t spent = 0;
    Instant valid_from;
    std::optional<Instant> expires_at;

    std::int64_t left() const { return tokens - spent; }
};

struct Balance {
    std::vector<Purse> purses;  // those that end first come first
    std::int64_t reserved = 0;  // by generations that are under way

    std::int64_t granted() const;
    std::int64_t spent() const;
    // What a new generation may take, never below 0.
    std::int64_t left() const;
    // When the newest of them became good: the beginning of the period they are for.
    Instant newest() const;
    // When the first of them ends; nullopt: none does.
    std::optional<Instant> first_end() const;
};

Balance balance_of(store::Reader& reader, const OrganizationId& organization, Instant now);

// Gives an organization that pays for nothing the tokens of this period of its plan, once. Its
// periods begin on the day of the month on which it was made (period.h). True when it gave any.
bool refill(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const OrganizationId& organization,
    Instant now);

// Whether refill() would give something.
bool needs_refill(
    const Plans& plans, store::Reader& reader, const OrganizationId& organization, Instant now);

}  // namespace caas::billing
