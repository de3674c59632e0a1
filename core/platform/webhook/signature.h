// How a receiver knows that a delivery is ours and not an old one sent again.
//
//   Caas-Signature:
//   t=1795341600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd
//
// `t` is the time of sending in seconds since 1970 UTC. `v1` is the HMAC-SHA256 of `t`, a full stop
// and the body's bytes, keyed with the shared secret, in lower-case hexadecimal. A receiver
// computes it over the bytes as they came, compares in constant time, and refuses a `t` too far
// from its own clock (five minutes is usual). Unknown `v…` are to be skipped.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"

namespace caas::platform::webhook {

std::string signature(const Secret& secret, std::int64_t unix_seconds, std::string_view body);

// The receiver's side: whether `header` signs `body` and is at most `tolerance` away from `now`.
bool is_genuine(
    const Secret& secret,
    std::string_view header,
    std::string_view body,
    Instant now,
    Milliseconds tolerance);

}  // namespace caas::platform::webhook
