// Plan tokens that are given to organizations: an append-only ledger, spent by debits
// (reservation.h). Only what was given ahead of a payment becomes good for longer with it
// (invoice.h).
//
// Repository functions over a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::billing {

struct Grant {
    OrganizationId organization;
    std::int64_t tokens = 0;  // 1 or more
    std::string reason;       // "invoice", "upgrade", "refill" …: a word for people and programs
    std::string source;       // what it was given for: the id of the invoice; of a refill, its day
    Instant valid_from;
    std::optional<Instant> expires_at;  // unspent tokens are gone then; nullopt: never
};

// False when the organization was given tokens for this reason and source already, whatever their
// number: then nothing changes. Throws Error(invalid) for tokens below 1 or an end that is not
// after the beginning.
bool add_grant(store::Transaction& transaction, IdMaker& ids, const Grant& grant, Instant now);

}  // namespace caas::billing
