// The installation on this machine, for the commands that look at it directly.
#pragma once

#include <memory>

#include "cli/call.h"
#include "core/app/app.h"
#include "core/config/paths.h"
#include "core/config/settings.h"

namespace caas::cli {

// The variables of the person's terminal. `terminal` must outlive it.
config::Environment environment_of(const Terminal& terminal);

// Where its files are, by --home, --config and the environment. Nothing is made.
config::Paths find_paths(const Call& call);
// Throws Error as config::load does.
config::Settings load_settings(const Call& call);
// As caas::act_as_owner does, with the data folder.
bool act_as_owner(const Place& place, const Terminal& terminal);
// Opens the database, or makes it. Throws Error.
std::unique_ptr<app::App> open_app(const Call& call);

// The address that --server or CAAS_SERVER names, as server_address() gives it. Throws Error(usage)
// when there is none, or when a variable would lead out of a sandbox.
std::string remote_address(const Call& call);
// What this machine calls itself; empty when it does not tell.
std::string machine_name();

// The way to the API that World::open makes: this installation, or the daemon at place.server.
// Throws Error(usage) when CAAS_SERVER would lead out of a sandbox.
std::unique_ptr<Transport> open_transport(
    const Place& place, const Terminal& terminal, bool is_verbose);

}  // namespace caas::cli
