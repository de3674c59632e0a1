// The Stripe-Signature of a webhook, verified as Stripe's official library (stripe-node 23.1.0)
// does it: over the very bytes that came, before anybody reads them. Pure; thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"

namespace caas::billing::stripe {

enum class Verdict : std::uint8_t {
    genuine,
    no_header,  // none, or an empty one
    malformed,  // no time or no v1 in it
    wrong,      // no v1 is right for any of the secrets
    old,        // right, but made longer ago than the tolerance
};

// "genuine", "no_header" …: stable words for numbers and logs.
std::string_view name(Verdict verdict);

// The library's own.
constexpr std::chrono::seconds signature_tolerance{300};

// `header`: t=<seconds>,v1=<hex>[,v1=…][,…], nothing of it trimmed; the last t counts, any v1 of
// any secret will do, other schemes are passed over. A time to come is accepted, as the library
// does; a tolerance of 0 asks for no time. An empty body is never genuine.
Verdict verify(
    std::string_view header,
    std::string_view body,
    std::span<const Secret> secrets,
    Instant now,
    std::chrono::seconds tolerance = signature_tolerance);

}  // namespace caas::billing::stripe
