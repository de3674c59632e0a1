// Outboxes write into folders by their whole names, most of them within the home they belong to.
// When a home is restored elsewhere, these go along with it.
//
// Across tenants.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::platform::outbox {

struct Elsewhere {
    std::string account;  // its name
    std::string folder;
    // The outbox that has its place in `to` already; empty: it has none there.
    std::string taken_by;
};

struct Rehomed {
    std::int64_t moved = 0;            // write into `to` now, where they wrote into `from`
    std::vector<Elsewhere> elsewhere;  // connected ones that write outside of `to`
};

// Of a database that belonged to the data folder `from` (empty: nobody knows which) and belongs to
// `to` now. One whose place there is that of another outbox stays where it is: two in one folder
// would be one to whoever reads it. When both are the same, what lies elsewhere does so as it
// always did, and is not told.
Rehomed rehome(
    store::Transaction& transaction,
    const std::filesystem::path& from,
    const std::filesystem::path& to,
    Instant now);

}  // namespace caas::platform::outbox
