// Tells whoever started the daemon (systemd) how it is doing: sd_notify(3) without its library.
// Does nothing when nobody asked to be told. For one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/config/environment.h"

namespace caas::daemon {

class Supervisor {
  public:
    // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    explicit Supervisor(const config::Environment& environment);

    // `status`: a line for `systemctl status`.
    void ready(std::string_view status) const;
    // Followed by ready() when it is done.
    void reloading(Monotonic now) const;
    void stopping() const;
    // The watchdog's sign of life.
    void alive() const;

    // How often alive() must be called; nullopt when nobody watches.
    std::optional<Milliseconds> watch_interval() const { return interval_; }

  private:
    void send(std::string_view state) const;

    std::string socket_;
    std::optional<Milliseconds> interval_;
};

}  // namespace caas::daemon
