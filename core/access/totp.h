// The second factor: time-based one-time codes (RFC 6238, with the values every authenticator app
// assumes: SHA-1, 6 digits, 30 seconds) and codes to recover with. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret.h"

namespace caas::access {

// 20 random bytes, raw (RFC 4226, 4: as long as the digest).
Secret make_totp_secret(Random& random);
// RFC 4648 without padding: how a person types a secret.
std::string to_base32(std::string_view bytes);
// What an authenticator app reads from a picture.
std::string totp_uri(const Secret& secret, std::string_view email);

// The code of a step of 30 seconds since 1970.
std::string totp_code(const Secret& secret, std::int64_t step);
// The step whose code this is: now's, or one beside it (clocks differ), and later than `last`, so
// that a code works once. nullopt when there is none.
std::optional<std::int64_t> totp_step(
    const Secret& secret, std::string_view code, Instant now, std::optional<std::int64_t> last);

constexpr std::size_t recovery_codes = 10;
// "abcd-efgh-jkmn-pqrs": 80 random bits each.
std::vector<std::string> make_recovery_codes(Random& random);
// As it is kept: SHA-256 of the code however it was typed.
std::string recovery_digest(std::string_view code);

}  // namespace caas::access
