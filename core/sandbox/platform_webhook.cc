#include "core/sandbox/platform_webhook.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/platform/webhook/signature.h"

namespace caas::sandbox {
namespace {

constexpr Milliseconds tolerance = std::chrono::minutes(5);

}  // namespace

void PretendReceiver::know_repeats() {
    const std::scoped_lock lock(mutex());
    knows_repeats_ = true;
}

std::vector<PretendReceiver::Delivery> PretendReceiver::deliveries() const {
    const std::scoped_lock lock(mutex());
    return deliveries_;
}

std::vector<ShownPost> PretendReceiver::shown() const {
    const std::scoped_lock lock(mutex());
    std::vector<ShownPost> out;
    for (const auto& delivery : deliveries_)
        out.push_back(
            {delivery.id,
             json::text_or(delivery.body, "account", ""),
             json::text_or(delivery.body, "text", ""),
             "",
             "",
             {},
             delivery.made_at});
    return out;
}

net::Response PretendReceiver::work(const net::Request& request) {
    const auto header = header_of(request, "Caas-Signature");
    if (!platform::webhook::is_genuine(secret_, header, request.body, clock_.now(), tolerance))
        return json_response(401, {{"error", "the signature is not genuine"}});
    auto body = json::try_parse(request.body);
    if (!body)
        return json_response(400, {{"error", "no JSON"}});
    const auto id = header_of(request, "Caas-Delivery");
    const Json receipt{{"id", "post-" + id}, {"url", "https://receiver.sandbox/posts/" + id}};
    const bool is_known = std::ranges::find(deliveries_, id, &Delivery::id) != deliveries_.end();
    if (!is_known || !knows_repeats_)
        deliveries_.push_back({id, std::move(*body), clock_.now()});
    return json_response(200, receipt);
}

std::optional<net::Response> PretendReceiver::refuse(PlatformFault kind) {
    if (kind != PlatformFault::rate_limit)
        return std::nullopt;  // nothing of it expires
    return json_response(429, {{"error", "slow down"}}, {{"Retry-After", "60"}});
}

}  // namespace caas::sandbox
