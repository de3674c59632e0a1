// Numbers of the whole installation, for its owner.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::flow {

// One count each; the names are those of the API.
using Counts = std::vector<std::pair<std::string, std::int64_t>>;

struct Census {
    Counts totals;    // people, organizations, workspaces, contents …
    Counts posts;     // by state
    Counts accounts;  // by platform, without the disconnected ones
};

// Across tenants.
Census take_census(store::Reader& reader, Instant now);

}  // namespace caas::flow
