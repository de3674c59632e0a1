#include "core/platform/meta/insights.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"

namespace caas::platform::meta {
namespace {

std::optional<std::int64_t> value_of(const Json& item) {
    if (const auto* total = json::path(item, {"total_value"}))
        return json::integer(*total, "value");
    const auto* values = json::find(item, "values");
    if (values == nullptr || !values->is_array() || values->empty())
        return std::nullopt;
    return json::integer(values->front(), "value");
}

}  // namespace

Metrics read_insights(
    const Service& service,
    const Entry& published,
    std::span<const Metric> metrics,
    const Access& access,
    const Tools& tools) {
    if (published.remote_id.empty())
        throw Error(
            Code::conflict,
            "It is not known which post of " + std::string(service.driver.title) + " this became");
    std::string names;
    for (const auto& metric : metrics)
        names += (names.empty() ? "" : ",") + std::string(metric.theirs);
    const auto body = demand(
        service.driver,
        get(service,
            access,
            net::percent_encode(published.remote_id) + "/insights",
            {{"metric", names}}),
        tools);
    if (!body)
        throw Error(Code::not_found, "The post is no longer there");
    Metrics counted;
    const auto* data = json::find(*body, "data");
    if (data == nullptr || !data->is_array())
        return counted;
    for (const auto& item : *data) {
        const auto name = json::text_or(item, "name", "");
        const auto value = value_of(item);
        for (const auto& metric : metrics) {
            if (metric.theirs == name && value)
                counted[std::string(metric.ours)] = *value;
        }
    }
    return counted;
}

}  // namespace caas::platform::meta
