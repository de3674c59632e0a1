// What it means that a home is a sandbox: whatever else was said, platforms and providers are
// pretend ones on this machine, and nothing of the outside is named any more. Pure.
#pragma once

#include <string>

#include "core/config/settings.h"

namespace caas::config {

// "http://127.0.0.1:8001", where the pretend platforms answer. Throws Error(invalid) when
// sandbox.listen is no address of this machine, or has no port.
std::string sandbox_origin(const Settings& settings);

// Whether a variable may give this setting. sandbox.enabled is the word of the home itself: a
// variable left in a shell would send real posts to pretend platforms, or a sandbox's to real ones.
bool may_come_from_environment(const Setting& setting);

// When sandbox.enabled is set: gives every address of a platform or provider, the applications,
// the database, the mail server and the storage of media the value they have in a sandbox;
// http.public_url stays when it is on this machine. Called last, so that no other source has a say.
// Throws as sandbox_origin.
void enter_sandbox(Settings& settings);

}  // namespace caas::config
