// Calls in Bluesky's dialect and what their errors mean. Pure functions but for the one call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/net/http_client.h"
#include "core/net/url.h"
#include "core/platform/driver.h"

namespace caas::platform::bluesky {

// {base}/xrpc/{method}?{query}
std::string url_of(const std::string& base, std::string_view method, const net::Pairs& query);

// {"error":"ExpiredToken","message":"…"}; empty where the answer is no such object.
struct Fault {
    std::string name;
    std::string message;
};

Fault read_fault(const net::Response& response);

// What an answer that is no success means for a call that creates something.
Outcome read_refusal(const net::Response& response, Instant now);

// For connecting, refreshing and checking: the JSON of a success, or an Error.
Json demand(const net::Request& request, const Tools& tools);

}  // namespace caas::platform::bluesky
