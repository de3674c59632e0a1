// Which provider writes, how it is reached and what it costs, as configured.
#pragma once

#include <string_view>
#include <vector>

#include "core/config/settings.h"
#include "core/provider/cost.h"
#include "core/provider/driver.h"

namespace caas::flow {

// The one asked for; when empty, the configured one; else the first that has a key, else `offline`.
// Throws Error(invalid) for an unknown name.
const provider::Driver& choose_provider(const config::Settings& settings, std::string_view asked);

provider::Endpoint endpoint_of(const config::Settings& settings, const provider::Driver& driver);

// Whether it can be asked: a key is set where one is needed, an address where there is no default.
bool is_configured(const config::Settings& settings, const provider::Driver& driver);

// Configured prices first, then the built-in ones. The names are views into `settings`.
std::vector<provider::Price> prices_of(const config::Settings& settings);

}  // namespace caas::flow
