// How far our wall clock is ahead of the other side's, by the `Date` of its answer: what it says
// was made at a moment can then be compared with moments of our clock. Pure, thread-safe.
#pragma once

#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace caas::net {

// As if local time had been taken for UTC. A clock that is further off gets no more than this, lest
// what is a day old be taken for new.
constexpr Milliseconds most_clock_lead = std::chrono::hours(14);

// `now` is when the answer had come. Zero for a clock that is behind, and for an answer that tells
// no time or comes out of a cache.
Milliseconds clock_lead(const Response& response, Instant now);

}  // namespace caas::net
