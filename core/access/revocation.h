// What was taken back from people after a backup was made: a restore does not give it to them
// again, where the database tells whose place the backup takes.
//
// Across tenants.
#pragma once

#include <cstdint>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::access {

// Revokes the tokens and ends the sessions that `former` has as such, and disables the people and
// organizations that it has as disabled since `made_at`; gives how many these are. Whoever calls it
// holds their accounts (flow/organize.h). Nothing of what cannot be read. nullptr: there is no such
// database.
std::int64_t carry_revocations(
    store::Transaction& transaction, store::Reader* former, Instant made_at);

}  // namespace caas::access
