// Signals as something to wait for, instead of something that interrupts. For one thread.
#pragma once

#include <optional>

#include "daemon/http/descriptor.h"

namespace caas::daemon {

class Signals {
  public:
    // Takes SIGTERM, SIGINT and SIGHUP from this thread and those it will start, and ignores
    // SIGPIPE. So it must be made before any other thread. Throws Error(unavailable).
    Signals();

    // Readable when one has come.
    int descriptor() const noexcept { return descriptor_.get(); }

    // The next one; nullopt when none has come.
    std::optional<int> take() noexcept;

  private:
    http::Descriptor descriptor_;
};

}  // namespace caas::daemon
