// What the daemon reads from the settings. Pure functions; thread-safe.
#pragma once

#include <string_view>

#include "core/config/settings.h"
#include "daemon/http/guard.h"
#include "daemon/http/listener.h"

namespace caas::daemon {

// Whose requests are taken: the name listened on, the public address, the trusted proxies. Throws
// Error(invalid) for a proxy that is no address.
http::Policy policy_of(const config::Settings& settings, const http::Place& place);

// Whether both say the same, wherever they were said.
bool is_same(const config::Settings& a, const config::Settings& b);

}  // namespace caas::daemon
