// Whether settings can work: what the value of one does not tell alone. Pure but for the files that
// settings name; thread-safe.
#pragma once

#include "core/config/settings.h"

namespace caas::app {

// Throws Error(invalid) that names the setting and where it came from, for storage that is not
// configured, certificates that cannot be read, a sender without an address, origins that no
// browser names and a language that is none.
void check_settings(const config::Settings& settings);

}  // namespace caas::app
