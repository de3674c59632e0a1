// Asks a provider the way its official SDK would: one try and two more where time may help
// (wire/ai-and-stripe.md, 7).
#pragma once

#include "core/provider/driver.h"

namespace caas::provider {

// One try and two more.
inline constexpr int most_tries = 3;
// Before each further one: no provider is waited for longer.
inline constexpr Milliseconds longest_wait = std::chrono::seconds(60);

// Gives back whole answers only: throws CallError (failure.h) for one that was refused or cut off.
// The answer's usage, or the error's, is the sum over all tries that reported one.
//
// Tried again: no connection or time-out, 408, 409, 429, 5xx, and whatever `x-should-retry` says;
// after the time the provider names, else after 0.5 s · 2ⁿ (at most 8 s) less up to a quarter.
// Never: an empty quota, a request to wait longer than a minute (the error says how long), once a
// piece of text went to `on_text`, or when `stop` was asked for: CallError(canceled).
Answer ask_with_retries(
    const Driver& driver, const Ask& ask, const Endpoint& endpoint, const Tools& tools);

}  // namespace caas::provider
