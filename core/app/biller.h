// Who works on what Stripe told of, in a daemon, and how they are woken. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>

#include "core/base/clock.h"
#include "core/flow/tools.h"

namespace caas::app {

class Biller {
  public:
    // `post`: mail may have been put in the queue. Both must outlive it.
    Biller(const flow::Tools& tools, std::function<void()> post)
        : tools_(tools), post_(std::move(post)) {}

    // Works on events, and compares with Stripe each night. Gives when there is something again;
    // nullopt where no plans are sold, or when it was stopped. Throws Error.
    std::optional<Instant> keep(const std::stop_token& stop);
    // An event was accepted.
    void wake();
    // Who is woken.
    void set_wake(std::function<void()> wake);

  private:
    const flow::Tools& tools_;
    std::function<void()> post_;
    std::mutex mutex_;  // guards what follows
    std::function<void()> wake_;
};

}  // namespace caas::app
