// caasd --sandbox: a home of its own, and the pretend platforms on loopback beside the daemon.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/app/app.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/config/settings.h"
#include "daemon/http/exchange.h"
#include "daemon/http/server.h"

namespace caas::daemon {

// Names a home, if nobody did; nothing is written. Throws Error: conflict for a folder that holds
// anything and is no sandbox, usage when there is no place for one, invalid as config::load.
void find_sandbox_home(app::Start& start);

// Makes the home that find_sandbox_home named a sandbox for good, where it is none yet: `caas
// --home` in it reaches the pretend platforms only. To be called before anything of the start can
// fail: whoever goes on with the next command after a failure must not reach the real ones.
void mark_sandbox(const app::Start& start);

// Keeps the addresses to listen on that were given to the first start that could have them.
void remember_sandbox(const config::Settings& settings, const std::filesystem::path& config_file);

// Serves core/sandbox on sandbox.listen. Thread-safe once made; ends with its life.
class SandboxServer {
  public:
    // `settings` of a sandbox, whose file is `config_file`; `clock` and `random` outlive it. Throws
    // Error as listen_on.
    SandboxServer(
        const config::Settings& settings,
        const std::filesystem::path& config_file,
        const Clock& clock,
        Random& random,
        http::OnServed on_served);
    SandboxServer(const SandboxServer&) = delete;
    SandboxServer& operator=(const SandboxServer&) = delete;
    ~SandboxServer();

    // "http://127.0.0.1:8001/sandbox"
    std::string page() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace caas::daemon
