// What the answer to a call comes down to where the platform has no word of its own for it. Pure
// functions, thread-safe. Codes begin with the platform's id: "bluesky.timeout".
#pragma once

#include <string>
#include <string_view>

#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::platform {

// A call that creates something got no usable answer: NotSent when nothing can have arrived,
// Refused when the address itself is at fault, else Unknown.
Outcome outcome_of_create(const Driver& driver, const net::Failure& failure);
// A call that only reads got none: NotSent, since it made nothing.
Outcome outcome_of_read(const Driver& driver, const net::Failure& failure);

// The time the platform asks for, or `otherwise` from now when it names none.
Later wait(
    const Driver& driver, const net::Response& response, Instant now, Milliseconds otherwise);

// The platform could not be reached while connecting, checking or refreshing.
[[noreturn]] void fail_unreachable(const Driver& driver, const net::Failure& failure);
// It answered, but not with anything useful: Error(rate_limited) or Error(platform_unavailable).
[[noreturn]] void fail_unavailable(
    const Driver& driver, const net::Response& response, Instant now);

// A request with an `Accept` header for JSON, and a bearer token unless it is empty.
net::Request ask(std::string_view method, std::string url, const Secret& bearer);

// "bluesky" and "timeout" make "bluesky.timeout".
std::string code_of(const Driver& driver, std::string_view word);

// What the platform says of itself, fit for a person: one line, at most 300 bytes, nothing
// that steers (core/text/steering.h).
std::string quote(std::string_view words);

}  // namespace caas::platform
