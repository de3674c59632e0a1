// How much of Meta's rate limits is used up, as its answers say in their headers:
//     X-App-Usage: {"call_count":28,"total_time":25,"total_cputime":25}
//     X-Business-Use-Case-Usage: {"<id>":[{"type":"pages","call_count":1,"total_cputime":1,
//                                          "total_time":1,"estimated_time_to_regain_access":0}]}
// (developers.facebook.com, Graph API, rate limits). Pure functions; any bytes.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace caas::platform::meta {

// The highest of all percentages; 0 when nothing is said. Above 100 calls are refused.
int used_percent(const net::Response& response);

// How long to wait: `estimated_time_to_regain_access`, which is in minutes, else what any other
// header asks for. nullopt when nothing is said.
std::optional<Milliseconds> asked_wait(const net::Response& response, Instant now);

}  // namespace caas::platform::meta
