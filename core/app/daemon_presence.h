// Whether a daemon runs on a data folder, and what it says of itself. Thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/file.h"

namespace caas::app {

// The lock that says «I am the daemon of this folder»; nullopt while another process has it.
std::optional<FileLock> take_daemon_lock(const std::filesystem::path& data);

// What the running daemon noted in its lock ("pid 123, 127.0.0.1:8000"); nullopt: none runs.
std::optional<std::string> running_daemon(const std::filesystem::path& data);

bool is_daemon_running(const std::filesystem::path& data);

}  // namespace caas::app
