// New credentials for old: one program at a time for each account, however many daemons there are
// and whoever asks (an engine in the midst of a post, a check, the keeper that renews ahead).
//
// The new pair is durable before anybody uses it; until then the old one is kept. An answer that is
// lost leaves a mark: the old pair is tried again, and only when the platform says no is a person
// asked. Thread-safe: functions over the tools.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/flow/tools.h"
#include "core/platform/driver.h"

namespace caas::flow {

// How long one program may take, whose call ends within 30 s (flow/deliver.h); another tries after
// that.
constexpr Milliseconds renewal_span = std::chrono::seconds(40);

// `old`: what did not work any more; when the account has other credentials by now, those are
// given. Throws Error: platform_sign_in when only a person can help, platform_unavailable,
// platform_refused or rate_limited when it may work later, also while another program is at it.
platform::Access renew(
    const Tools& tools,
    const platform::Driver& driver,
    const platform::Access& old,
    const platform::Tools& seams);

struct KeptSignedIn {
    int renewed = 0;
    int told = 0;                  // warnings and losses that were written to people
    std::optional<Instant> again;  // when there is something to do
};

// Renews what has lived through three quarters of its life, warns of what ends, and ends what has
// ended; a few accounts at a time. Throws Error of the store.
KeptSignedIn keep_signed_in(const Tools& tools);

}  // namespace caas::flow
