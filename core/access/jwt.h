// Access tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256 and nothing else, whatever a
// token says of itself. They say which session of whom it is; what that person may do is looked up
// with each request. Pure; thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/access/principal.h"
#include "core/access/signing_key.h"
#include "core/base/clock.h"

namespace caas::access {

constexpr auto access_token_lifetime = std::chrono::minutes(15);

struct Claims {
    PersonId person;
    SessionId session;
    Instant issued_at;
    Instant expires_at;
};

// Signed with the first key.
std::string sign(const SigningKeys& keys, const Claims& claims);

// nullopt for everything but a token that one of the keys signed and whose time has not passed:
// also for `alg` none or any other, an unknown `kid`, and critical extensions.
std::optional<Claims> verify(const SigningKeys& keys, std::string_view token, Instant now);

}  // namespace caas::access
