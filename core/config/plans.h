// What the plans of organizations cost and allow: share/plans.toml. Plain values; reading is a pure
// function of the text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

// What a plan limits. The names of limits() are those of the file, the API and the command line.
enum class Limit : std::uint8_t {
    tokens_per_period,  // plan tokens
    members,            // with open invitations
    workspaces,
    accounts,         // connected ones
    platforms,        // different ones of connected accounts
    scheduled_posts,  // that wait to go out
    variants,         // of one generation
    portfolio,        // public pages
    api_tokens,       // that are good now
    history_days,     // how far back usage is shown
};

inline constexpr std::size_t limit_count = 10;

struct LimitFacts {
    Limit limit;
    std::string_view name;   // "scheduled_posts"
    std::string_view title;  // "Scheduled posts"
    std::string_view one;    // "scheduled post", for sentences
    std::string_view many;
};

// In the order they are shown.
std::span<const LimitFacts> limits();
const LimitFacts& facts(Limit limit);

struct Plan {
    std::string id;  // "free"
    std::string title{};
    std::string lookup_key{};      // of its price, where it can be bought; empty: it cannot
    std::int64_t price_cents = 0;  // a month, in US cents
    std::array<std::optional<std::int64_t>, limit_count> most{};  // nullopt: any number
    CallLimits organization{};
    CallLimits token{};  // of one token or person within it

    std::optional<std::int64_t> limit(Limit which) const {
        return most.at(static_cast<std::size_t>(which));
    }
};

// In the order of the file. `name`: of the file, for errors. Throws Error(invalid) that names line
// and key.
std::vector<Plan> read_plans(std::string_view text, std::string_view name);
// Throws Error(invalid) that lists those there are.
const Plan& find_plan(const std::vector<Plan>& plans, std::string_view id);

}  // namespace caas::config
