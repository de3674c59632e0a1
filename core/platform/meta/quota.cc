#include "core/platform/meta/quota.h"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace caas::platform::meta {
namespace {

// The window moves: somewhat may be free again after an hour.
constexpr Milliseconds quota_wait = std::chrono::hours(1);
// At this share of the rate limits calls are refused (Graph API, rate limits).
constexpr int all_used = 100;

bool has_room(const Json& usage, const Need& need) {
    const auto used = json::integer(usage, need.usage);
    if (!used)
        return true;
    const auto* config = json::find(usage, need.config);
    const auto told = config != nullptr ? json::integer_or(*config, "quota_total", 0) : 0;
    const auto total = told > 0 ? told : need.total;
    // More than a whole day's share goes out when nothing else has.
    return *used + std::min<std::int64_t>(need.count, total) <= total;
}

}  // namespace

Outcome check_quota(
    const Service& service,
    std::string_view edge,
    std::span<const Need> needs,
    const Access& access,
    const Tools& tools) {
    const auto& driver = service.driver;
    std::string fields;
    for (const auto& need : needs) {
        for (const auto name : {need.usage, need.config})
            fields += (fields.empty() ? "" : ",") + std::string(name);
    }
    const auto path = net::percent_encode(access.remote_id) + "/" + std::string(edge);
    auto result = call_harmless(driver, get(service, access, path, {{"fields", fields}}), tools);
    if (auto* outcome = std::get_if<Outcome>(&result)) {
        // It only tells what publishing would: without it one tries.
        if (std::holds_alternative<Refused>(*outcome))
            return Done{};
        return std::move(*outcome);
    }
    const auto& answer = std::get<Answer>(result);
    const auto now = tools.clock.now();
    const std::string title(driver.title);
    if (answer.used_percent >= all_used)
        return Later{
            now + answer.asked_wait.value_or(quota_wait), title + "'s rate limit is used up", true};
    const auto* data = json::find(answer.body, "data");
    if (data == nullptr || !data->is_array() || data->empty())
        return Done{};
    for (const auto& need : needs) {
        if (!has_room(data->front(), need))
            return Later{
                now + quota_wait,
                title + " has had the account's posts of the day (" + std::string(need.usage) + ")",
                true};
    }
    return Done{};
}

}  // namespace caas::platform::meta
