// Where an installation keeps its files. Thread-safe.
#pragma once

#include <filesystem>
#include <string>

#include "core/config/environment.h"

namespace caas::config {

struct Paths {
    std::filesystem::path config_file;
    std::filesystem::path data;
    std::filesystem::path share;  // prompts and more; empty when they were not found
    // Where the person is signed in, of `caas login`; beside the usual configuration file.
    std::filesystem::path servers;
    bool must_config_exist = false;

    std::filesystem::path database() const { return data / "caas.db"; }

    std::filesystem::path media() const { return data / "media"; }

    std::filesystem::path outbox() const { return data / "outbox"; }

    std::filesystem::path secret_key() const { return data / "secret.key"; }

    std::filesystem::path session_key() const { return data / "session.key"; }

    std::filesystem::path mail() const { return outbox() / "mail"; }
};

// What was said on the command line.
struct PathFlags {
    std::filesystem::path home{};    // --home
    std::filesystem::path config{};  // --config
};

// One folder for everything: --home, else CAAS_HOME. Otherwise what systemd hands a service
// (CONFIGURATION_DIRECTORY, STATE_DIRECTORY). Otherwise $XDG_CONFIG_HOME/caas and
// $XDG_DATA_HOME/caas, by default ~/.config/caas and ~/.local/share/caas. Without any of these,
// and without HOME, /etc/caas and /var/lib/caas. Nothing is made.
Paths find_paths(
    const Environment& environment,
    const PathFlags& flags,
    const std::filesystem::path& executable);

// CAAS_SHARE, else <prefix>/share/caas beside an installed <prefix>/bin, else the folder share/ of
// the source tree the program was built in; empty when there is none.
std::filesystem::path find_share(
    const Environment& environment, const std::filesystem::path& executable);

// A program that came with this one and is started by it: in <prefix>/libexec/caas of an installed
// <prefix>/bin, else beside it. Empty when it is not there.
std::filesystem::path find_helper(const std::filesystem::path& executable, const std::string& name);

// The running program's own file; empty when the system does not tell.
std::filesystem::path own_executable();

}  // namespace caas::config
