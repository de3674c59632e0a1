// Connecting an account with a browser.
#pragma once

#include "cli/call.h"
#include "core/platform/driver.h"

namespace caas::cli::command {

// Whether the platform is connected that way, for what was typed.
bool uses_browser(Call& call, const platform::Driver& driver);

// Begins, sends the person to the platform, waits until they are back, and gives the account as the
// API shows it. `body`: what the platform is connected as (name, zone, base_url). Throws Error.
Json connect_by_browser(Call& call, const platform::Driver& driver, Json body);

}  // namespace caas::cli::command
