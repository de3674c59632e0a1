// What answers in Mastodon's dialect mean. Pure functions but for the one call.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::platform::mastodon {

// What an answer that is no success means for a call that creates something.
Outcome read_refusal(const net::Response& response, Instant now);

// For connecting and checking: the JSON of a success, nullopt for 404, or an Error.
std::optional<Json> demand(const net::Request& request, const Tools& tools);

}  // namespace caas::platform::mastodon
