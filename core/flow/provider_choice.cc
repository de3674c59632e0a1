#include "core/flow/provider_choice.h"

#include "core/base/error.h"

namespace caas::flow {
namespace {

std::string key(const provider::Driver& driver, std::string_view name) {
    return "providers." + std::string(driver.id) + "." + std::string(name);
}

}  // namespace

const provider::Driver& choose_provider(const config::Settings& settings, std::string_view asked) {
    return provider::get(asked.empty() ? config::default_provider(settings) : std::string(asked));
}

provider::Endpoint endpoint_of(const config::Settings& settings, const provider::Driver& driver) {
    provider::Endpoint endpoint;
    if (driver.id == "offline")
        return endpoint;
    endpoint.base_url = settings.text(key(driver, "base_url"));
    endpoint.key = settings.secret(key(driver, "key"));
    endpoint.model = settings.text(key(driver, "model"));
    endpoint.max_output_tokens =
        static_cast<int>(settings.integer(key(driver, "max_output_tokens")));
    endpoint.timeout = std::chrono::seconds(settings.integer(key(driver, "timeout_s")));
    if (driver.id == "openai-compatible") {
        endpoint.token_limit_field = settings.text(key(driver, "token_limit_field"));
        endpoint.has_schema = settings.truth(key(driver, "has_schema"));
    }
    return endpoint;
}

bool is_configured(const config::Settings& settings, const provider::Driver& driver) {
    const auto endpoint = endpoint_of(settings, driver);
    if (driver.needs_key && endpoint.key.empty())
        return false;
    return driver.id == "offline" || !endpoint.base_url.empty() || !driver.default_base_url.empty();
}

std::vector<provider::Price> prices_of(const config::Settings& settings) {
    std::vector<provider::Price> prices;
    for (const auto& price : settings.prices())
        prices.push_back({price.model_prefix, price.input, price.cached_input, price.output});
    const auto built_in = provider::default_prices();
    prices.insert(prices.end(), built_in.begin(), built_in.end());
    return prices;
}

}  // namespace caas::flow
