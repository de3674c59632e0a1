// What `caas doctor` looks at. Each check stands alone: one that fails does not stop the others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/call.h"

namespace caas::cli {

enum class Health : std::uint8_t { good, warning, bad };

struct Finding {
    std::string check;  // "configuration", "database" …
    Health health = Health::good;
    std::string message;
    std::string mend;  // how to mend it, empty when there is nothing to mend
};

// Configuration, program files, time zones, clock, data folder, disk, keys, database, media,
// daemon, port, providers. `is_online` asks each configured provider whether its key works.
std::vector<Finding> examine(Call& call, bool is_online);

}  // namespace caas::cli
