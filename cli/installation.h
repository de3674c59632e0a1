// The installation on this machine, for the commands that look at it directly.
#pragma once

#include "cli/call.h"
#include "core/config/paths.h"
#include "core/config/settings.h"

namespace caas::cli {

// Where its files are, by --home, --config and the environment. Nothing is made.
config::Paths find_paths(const Call& call);
// Throws Error as config::load does.
config::Settings load_settings(const Call& call);

}  // namespace caas::cli
