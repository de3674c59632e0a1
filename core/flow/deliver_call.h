// One call of a driver on behalf of the engine: bounded in time, and without exceptions. Pure but
// for the network; thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/delivery/attempt.h"
#include "core/delivery/machine.h"
#include "core/net/http_client.h"
#include "core/platform/driver.h"

namespace caas::flow {

// All that a call needs.
struct Call {
    const platform::Driver& driver;
    const platform::Publication& publication;
    const delivery::Journal& journal;
    const platform::Access& access;
    net::HttpClient& http;
    Clock& clock;
    Random& random;
    Milliseconds deadline;
};

// Performs the journal's last step. What the driver throws becomes `unknown`: it may have sent.
// Before anything of the post or of the step's part is sent, its media are read whole: one that is
// damaged or missing is `refused` with the code `media_damaged` or `media_missing`. `returned` with
// the code `stalled` when the program was halted meanwhile for longer than Deliverer::most_stall.
delivery::Outcome perform(const Call& call);
// Looks for the step in doubt. What the driver throws tells nothing.
delivery::Sight look(const Call& call);
// As Doors::renew; may be empty.
using Renew = std::function<platform::Credentials(
    const platform::Driver&, const platform::Access& old, const platform::Tools&)>;

// New credentials, or why there are none (`sign_in` or `not_sent`).
std::variant<platform::Credentials, delivery::Outcome> refresh(
    const Call& call, const Renew& renew = {});

// The driver's next step; nullopt when every part is out. Throws what the driver throws.
std::optional<delivery::Attempt> ask(const Call& call);

// The journal as drivers see it: without observations, which are the engine's evidence.
platform::Journal journal_of(const delivery::Journal& journal);

}  // namespace caas::flow
