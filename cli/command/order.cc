#include "cli/command/order.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace caas::cli::command {

Json order_body(const Call& call) {
    if (!call.has("account"))
        throw Error(
            Code::usage,
            "`caas " + call.path() + "` needs an account",
            "add --account NAME; `caas account list` shows them");
    Json body{{"content_id", call.argument(0)}, {"accounts", call.list("account")}};
    if (const auto version = call.number("version", 1, 1'000'000); version)
        body["version"] = *version;
    return body;
}

double heed_forecast(Call& call, const Json& post) {
    const auto* forecast = json::find(post, "forecast");
    if (forecast == nullptr)
        return 0;
    for (const auto& warning : forecast->at("warnings"))
        call.warn("note: " + warning.get<std::string>());
    return forecast->at("cost_usd").get<double>();
}

}  // namespace caas::cli::command
