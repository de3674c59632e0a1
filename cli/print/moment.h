// Times as people say them. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/json.h"

namespace caas::cli::print {

// "in 2 h", "3 min ago", "now", "in 12 d".
std::string relative(Instant when, Instant now);
// "2 h 5 min", "350 ms": a length of time.
std::string length(Milliseconds span);
// "in 2 h (2026-12-01 09:00 CET)"
std::string moment(Instant when, Instant now, std::string_view zone);
// The RFC 3339 time under `key`; nullopt when there is none.
std::optional<Instant> instant_of(const Json& object, std::string_view key);
// The three above for a field of an answer; empty when it has none.
std::string relative_of(const Json& object, std::string_view key, Instant now);
std::string moment_of(const Json& object, std::string_view key, Instant now, std::string_view zone);

}  // namespace caas::cli::print
