#include "core/platform/meta/usage.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/net/retry_after.h"

namespace caas::platform::meta {
namespace {

constexpr std::array<std::string_view, 2> per_app{"X-App-Usage", "X-Page-Usage"};
constexpr std::string_view per_business = "X-Business-Use-Case-Usage";
constexpr std::array<std::string_view, 3> percentages{"call_count", "total_cputime", "total_time"};
constexpr std::int64_t most_minutes = 24 * 60;

// Each object of usage in the header of that name.
template <typename Visit>
void visit_usage(const net::Response& response, const Visit& visit) {
    for (const auto name : per_app) {
        const auto text = response.header(name);
        if (const auto usage = text ? json::try_parse(*text) : std::nullopt)
            visit(*usage);
    }
    const auto text = response.header(per_business);
    const auto usage = text ? json::try_parse(*text) : std::nullopt;
    if (!usage || !usage->is_object())
        return;
    for (const auto& [id, cases] : usage->items()) {
        if (!cases.is_array())
            continue;
        for (const auto& one : cases)
            visit(one);
    }
}

}  // namespace

int used_percent(const net::Response& response) {
    std::int64_t most = 0;
    visit_usage(response, [&](const Json& usage) {
        for (const auto name : percentages)
            most = std::max(most, json::integer_or(usage, name, 0));
    });
    return static_cast<int>(std::clamp<std::int64_t>(most, 0, 10'000));
}

std::optional<Milliseconds> asked_wait(const net::Response& response, Instant now) {
    std::int64_t minutes = 0;
    visit_usage(response, [&](const Json& usage) {
        minutes = std::max(minutes, json::integer_or(usage, "estimated_time_to_regain_access", 0));
    });
    if (minutes > 0)
        return std::chrono::minutes(std::min(minutes, most_minutes));
    return net::asked_wait(response, now);
}

}  // namespace caas::platform::meta
