// What a generation cost, estimated. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/provider/driver.h"

namespace caas::provider {

// Microdollars for one million tokens, for all models whose name begins so.
struct Price {
    std::string_view model_prefix;
    std::int64_t input = 0;
    std::int64_t cached_input = 0;
    std::int64_t output = 0;
};

// What caas assumes unless the configuration says otherwise.
std::span<const Price> default_prices();

// In microdollars, rounded up. The longest prefix wins. nullopt when the usage or the model's
// price is unknown: no estimate is better than a wrong one. `offline` costs nothing.
std::optional<std::int64_t> cost_microdollars(
    const Usage& usage, std::string_view model, std::span<const Price> prices);

}  // namespace caas::provider
