// The thread that keeps house: what has to be done at a time and is no post (series get their next
// posts). It sleeps until then, or until it is woken. Start and end belong to one thread; `wake` is
// for any.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/flow/engine_wake.h"

namespace caas::daemon {

class Housekeeping {
  public:
    // Does what is due and tells when there is something again; nullopt: only when it is woken.
    using Work = std::function<std::optional<Instant>()>;

    // `work` and `log` must outlive this. Faults are logged, and tried again a minute later.
    Housekeeping(Work work, Log& log);
    Housekeeping(const Housekeeping&) = delete;
    Housekeeping& operator=(const Housekeeping&) = delete;
    // Waits for what is being done.
    ~Housekeeping();

    void wake() noexcept { wake_.signal(); }

  private:
    void run(const std::stop_token& stop);

    Work work_;
    Log& log_;
    flow::Wake wake_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace caas::daemon
