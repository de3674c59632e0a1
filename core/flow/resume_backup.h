// What a backup needs before it takes the place of the database: it does not know what was sent
// after it was made, and nothing goes out a second time by itself. The former database may know it
// (delivery/former.h).
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::flow {

struct HeldBack {
    std::int64_t posts = 0;      // wait, unconfirmed, for a person (delivery/hold_back.h)
    std::int64_t series = 0;     // had times that passed since, for which no posts are made
    std::int64_t unchecked = 0;  // posts that are due later, of which `former` does not tell
    // Posts of `former` that were made after the backup and are not in it; nullopt: unknown.
    std::optional<std::int64_t> made_since;
};

// Of a backup made at `made_at` and restored `now`. `former` is nullptr where there is no database
// whose place it takes, or none that can be opened. Across tenants.
HeldBack resume_backup(
    store::Transaction& transaction, Instant made_at, Instant now, store::Reader* former);

}  // namespace caas::flow
