// Connecting to a Mastodon instance with an access token, and learning the instance's limits.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform::mastodon {

Identity connect(const ConnectRequest& request, const Tools& tools);
// Reads the limits anew, too: instances raise them.
Identity check(const Access& access, const Tools& tools);

// The origin of an instance's address as people write it. Throws Error(invalid).
std::string checked_base(const std::string& given);
// Who the token belongs to and what the instance allows. `application`: the client id that caas
// registered there; empty: the token was made by hand.
Identity identify(
    const std::string& base,
    const Credentials& credentials,
    const std::string& application,
    const Tools& tools);

// Whether the instance is known to honour Idempotency-Key; forks and other servers may not.
bool honours_keys(const Access& access);

}  // namespace caas::platform::mastodon
