// What the answer of a token endpoint comes down to. Pure but for the one call; thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "core/net/oauth.h"
#include "core/platform/driver.h"

namespace caas::platform {

struct Granted {
    Credentials credentials;
    std::string scopes;  // separated by blanks; empty: the platform did not say
};

// What is handed in for tokens.
enum class Proof : std::uint8_t { code, refresh };

// Sends the request and reads the answer. Throws Error: platform_sign_in when what was handed in is
// worth nothing (any more), platform_refused when the application itself is not accepted,
// platform_unavailable and rate_limited when it may work later.
Granted demand_tokens(
    const Driver& driver, const net::Request& request, Proof proof, const Tools& tools);

// "a,b c" as "a b c": some platforms grant with commas what others grant with blanks.
std::string blank_separated(std::string_view scopes);

// The wanted scopes that are not among the granted ones, in their order. Nothing is known to be
// missing when nothing is known to be granted.
std::vector<std::string> missing_scopes(std::string_view wanted, std::string_view granted);

}  // namespace caas::platform
