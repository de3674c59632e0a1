// What the plans of organizations allow: share/plans.toml. Plain values; reading is a pure function
// of the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caas::config {

// Calls of the API in a minute.
struct CallLimits {
    std::int64_t read = 0;
    std::int64_t write = 0;
    std::int64_t generate = 0;
};

struct Plan {
    std::string id;  // "free"
    std::string title;
    CallLimits organization;
    CallLimits token;  // of one token or person within it
};

// `name`: of the file, for errors. Throws Error(invalid) that names line and key.
std::vector<Plan> read_plans(std::string_view text, std::string_view name);
// Throws Error(invalid) that lists those there are.
const Plan& find_plan(const std::vector<Plan>& plans, std::string_view id);

}  // namespace caas::config
