// One caller's socket and what is known of its requests so far. Owned by the poller while it waits
// for the caller and by a worker while it is answered; for one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>

#include "core/base/clock.h"
#include "daemon/http/descriptor.h"
#include "daemon/http/guard.h"
#include "daemon/http/haste.h"
#include "daemon/http/headway.h"
#include "daemon/http/limits.h"
#include "daemon/http/outgoing.h"
#include "daemon/http/refusal.h"
#include "daemon/http/request_head.h"

namespace caas::http {

struct Connection {
    enum class Phase {
        reading,    // a request, or idle between two
        writing,    // an answer that the socket did not take at once
        lingering,  // answered and shut; waiting until the other side has read it
    };

    std::uint64_t id = 0;
    Descriptor socket;
    std::string peer;  // its address, without port
    Phase phase = Phase::reading;
    Monotonic deadline{};
    std::string in;               // received and not used yet
    std::size_t searched = 0;     // of `in`: holds no end of a header
    bool had_empty_line = false;  // before the request that is awaited
    std::optional<Head> head;     // of the request that is being received or answered
    std::uint64_t body_left = 0;  // of that request, not read by its handler yet
    bool is_body_late = false;
    Outgoing out;
    Headway headway;  // of its caller with what goes out, while the server ends
    std::uint64_t served = 0;
    bool closes_after_answer = false;
    bool may_hold_more = false;   // the socket may have bytes that no event will tell of
    bool is_half_closed = false;  // the caller has sent all it will ever send
    bool was_told_to_continue = false;
    Haste haste;  // of a worker that waits for its next request
    // Stopped when the caller leaves; `ended` also when the server has no more time for an answer.
    // The poller keeps copies for the time that a worker has the connection.
    std::stop_source left;
    std::stop_source ended;

    bool is_idle() const noexcept { return phase == Phase::reading && in.empty() && !head; }
};

enum class Step { needs_header, needs_body, is_ready };

// Looks whether `connection.in` holds a whole request: header, and body up to what is collected.
// After a refusal nothing more of this connection can be understood.
std::variant<Step, Refusal> advance(
    Connection& connection, const Limits& limits, const Policy& policy);

enum class Arrival { nothing, bytes, end };

// Waits so long for more of a request, while nobody else reads the connection; what came is in
// `connection.in`. `end`: nothing more will come.
Arrival await_more(Connection& connection, const Clock& clock, Milliseconds patience);

// Sends what the socket takes of `connection.out`; that puts its deadline off.
Outgoing::Progress send_some(Connection& connection, const Limits& limits);

// Sends "100 Continue" once, if the caller waits for it; false when the caller is gone.
bool tell_to_continue(Connection& connection);

}  // namespace caas::http
