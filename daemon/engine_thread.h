// The thread that runs the engine. Whatever it throws is kept, never lost. Start and join belong to
// one thread.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <stop_token>
#include <thread>

#include "daemon/http/descriptor.h"

namespace caas::daemon {

class EngineThread {
  public:
    using Run = std::function<void(const std::stop_token&)>;

    // Runs at once. Throws Error(unavailable) when there is nothing to run on.
    explicit EngineThread(Run run);
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;
    // Asks it to stop and waits.
    ~EngineThread() = default;

    void request_stop() noexcept { thread_.request_stop(); }

    // Readable once it has ended.
    int descriptor() const noexcept { return ended_.get(); }

    // Waits for the end; what the engine threw, this throws.
    void join();

  private:
    http::Descriptor ended_;
    std::exception_ptr fault_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace caas::daemon
