#include "core/sandbox/provider_openai_errors.h"

#include <nlohmann/json.hpp>

namespace caas::sandbox {

Json openai_error(
    std::string_view message, std::string_view type, const Json& code, const Json& param) {
    return {{"error", {{"message", message}, {"type", type}, {"param", param}, {"code", code}}}};
}

ProviderReply refuse_as_openai(Fault fault, std::string_view detail) {
    const net::Headers id{{"x-request-id", "req_sandbox"}};
    const auto reply = [&](int status, const Json& body, net::Headers more = {}) {
        more.insert(more.end(), id.begin(), id.end());
        return ProviderReply::json(status, body, std::move(more));
    };
    switch (fault) {
        case Fault::bad_key:
            return reply(
                401,
                openai_error(
                    "Incorrect API key provided: " + std::string(detail) + ".",
                    "invalid_request_error",
                    "invalid_api_key",
                    nullptr));
        case Fault::forbidden:
            return reply(
                403,
                openai_error(
                    "Country, region, or territory not supported",
                    "request_forbidden",
                    "unsupported_country_region_territory",
                    nullptr));
        case Fault::quota:
            return reply(
                429,
                openai_error(
                    "You exceeded your current quota, please check your plan and billing details.",
                    "insufficient_quota",
                    "credit_balance_exhausted",
                    nullptr));
        case Fault::rate_limit:
        case Fault::rate_limit_long:
            return reply(
                429,
                openai_error(
                    "Rate limit reached on requests per min (RPM): Limit 3, Used 3, Requested 1.",
                    "requests",
                    "rate_limit_exceeded",
                    nullptr),
                {{"retry-after", fault == Fault::rate_limit ? "2" : "3600"}});
        case Fault::overloaded:
            return reply(
                503,
                openai_error(
                    "The server is overloaded",
                    "service_unavailable_error",
                    "server_is_overloaded",
                    nullptr));
        case Fault::no_model:
            return reply(
                404,
                openai_error(
                    "The model '" + std::string(detail) +
                        "' does not exist or you do not have access to it.",
                    "invalid_request_error",
                    "model_not_found",
                    nullptr));
        case Fault::too_long:
            return reply(
                400,
                openai_error(
                    "Your input exceeds the context window of this model.",
                    "invalid_request_error",
                    "context_length_exceeded",
                    "input"));
        case Fault::bad_request:
            return reply(
                400,
                openai_error(
                    detail.empty() ? "Invalid value" : detail,
                    "invalid_request_error",
                    nullptr,
                    nullptr));
        default:
            return reply(
                500, openai_error("The server had an error", "server_error", nullptr, nullptr));
    }
}

}  // namespace caas::sandbox
