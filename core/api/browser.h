// What browsers are told and what pages of others are refused: CORS for the origins of the
// configuration, forged requests that ride on a cookie, headers that keep answers where they
// belong. Pure; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "core/api/response.h"
#include "core/api/route.h"

namespace caas::api {

// What a page must send along with a request that is signed in by its cookie, with any value: a
// form or an image cannot, and a script elsewhere must ask first.
inline constexpr std::string_view own_header = "X-Caas-Request";

// The answer to a browser that asks whether a page may send a request (a preflight); nullopt when
// it is none. `allowed`: the methods of the path, empty when there is no such path.
std::optional<Response> answer_preflight(
    const Request& request, const config::Settings& settings, std::string_view allowed);

// Throws Error(forbidden) for a request that a page elsewhere may have made the browser send: it
// comes with our cookie, changes something, and neither its origin nor its own header speak for it.
void refuse_forged(const Request& request, const config::Settings& settings);

// Adds what every answer says, and lets a page of an allowed origin read it. What the handler said
// itself stays.
void add_browser_headers(
    Response& response, const Request& request, const config::Settings& settings);

}  // namespace caas::api
