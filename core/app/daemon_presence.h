// Whether a daemon runs on a data folder, and what it says of itself; and whether `caas restore`
// has taken a daemon's place there. Thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/file.h"

namespace caas::app {

// The lock that says «I am the daemon of this folder»; nullopt while another process has it. One
// refusal proves nothing: `caas status` looks at the lock for an instant.
std::optional<FileLock> take_daemon_lock(const std::filesystem::path& data);

// The same for who means to stay: asks again for about half a second before it gives up.
std::optional<FileLock> become_daemon(const std::filesystem::path& data, Clock& clock);

// What the running daemon noted in its lock ("process 123 on 127.0.0.1:8000"); nullopt: none runs.
std::optional<std::string> running_daemon(const std::filesystem::path& data);

// Where the running daemon answers on this machine ("127.0.0.1:8000"), by that note; empty: none
// runs, or it does not say.
std::string daemon_address(const std::filesystem::path& data);

bool is_daemon_running(const std::filesystem::path& data);

// Keeps daemons away, and by its note new engines (engine_presence.h), while a restore works on the
// folder: as long as the object lives.
class RestoreLock {
  public:
    // Throws Error(engine_running) while a daemon uses the folder.
    explicit RestoreLock(const std::filesystem::path& data);
    RestoreLock(const RestoreLock&) = delete;
    RestoreLock& operator=(const RestoreLock&) = delete;
    ~RestoreLock();

  private:
    std::optional<FileLock> lock_;
};

bool is_restoring(const std::filesystem::path& data);

}  // namespace caas::app
