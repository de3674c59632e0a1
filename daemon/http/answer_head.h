// The status line and headers of an answer, and the address of what follows. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/api/response.h"
#include "core/base/clock.h"

namespace caas::http {

struct Framing {
    std::optional<std::uint64_t> length;  // of the body; nullopt: not known
    bool is_chunked = false;
    bool keeps_alive = true;
};

// Headers of the response that frame a message (Content-Length, Connection …) or would break out
// of their line are left out: framing is decided here alone.
std::string answer_head(
    const api::Response& response,
    const Framing& framing,
    std::string_view request_id,
    Instant now);

// "Sun, 22 Nov 2026 10:00:00 GMT" (RFC 9110, 5.6.7)
std::string http_date(Instant instant);

// Whether an answer of this status has no body by definition.
bool is_bodyless(int status);

}  // namespace caas::http
