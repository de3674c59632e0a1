// How long the other side asks to wait, from the many header forms in use. Pure, thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace caas::net {

// The bounds of every answer: sooner is useless, later is not to be trusted.
constexpr Milliseconds least_wait = std::chrono::seconds(1);
constexpr Milliseconds most_wait = std::chrono::hours(24);

// `retry-after-ms` (OpenAI, Azure), else `Retry-After` in seconds (also "1.5") or as an HTTP date
// (RFC 9110, 10.2.3). nullopt when neither is there or can be read, or the date lies in the past:
// back off by your own rule then.
std::optional<Milliseconds> retry_after(const Response& response, Instant now);

// The moment in a header such as `x-rate-limit-reset` (X: epoch seconds), `RateLimit-Reset`
// (Bluesky: epoch seconds), `X-RateLimit-Reset` (Mastodon: RFC 3339): the wait until then. A
// number too small to be a date counts as seconds from now. nullopt as above.
std::optional<Milliseconds> wait_until_reset(
    const Response& response, std::string_view header, Instant now);

// retry_after, else the reset of whichever of the three headers above is there and spent: its
// `…-remaining` is "0" or missing.
std::optional<Milliseconds> asked_wait(const Response& response, Instant now);

// "Sun, 06 Nov 1994 08:49:37 GMT" and the two older forms that RFC 9110 obliges us to read.
std::optional<Instant> parse_http_date(std::string_view text);

}  // namespace caas::net
