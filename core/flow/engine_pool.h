// The engine's workers: threads that make the calls. What they bring back waits here until the
// engine fetches it. They are started when they are first needed, so that an engine that has
// nothing to do costs nothing.
//
// Thread-safe. Destroying it waits for the calls that are being made.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/flow/deliver.h"

namespace caas::flow {

class Pool {
  public:
    using Works = std::vector<std::unique_ptr<Work>>;

    // Both are called on a worker's thread and must not throw: `call` with each post, `returned`
    // when there is something to fetch after there was nothing, and when no call is left.
    Pool(
        std::size_t most,
        const Clock& clock,
        std::function<void(Work&)> call,
        std::function<void()> returned);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    // How many calls could start at once.
    std::size_t free() const;
    // Leaves `works` empty. More than `free()` would wait for each other.
    void start(Works& works);
    // Appends what came back to `works`.
    void fetch(Works& works);

    // How much there is to fetch.
    std::size_t back() const;
    // Those that wait for a worker included.
    std::size_t calls() const;
    bool has_queued() const;
    // Wakes another worker when calls wait for one; whether there were any.
    bool help();

  private:
    void run();
    void grow();
    bool wants_help() const;

    const std::size_t most_;
    const Clock& clock_;
    const std::function<void(Work&)> call_;
    const std::function<void()> returned_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::unique_ptr<Work>> queue_;
    Works back_;
    std::size_t calls_ = 0;                                    // queued or being made
    std::size_t resting_ = 0;                                  // threads that wait
    std::size_t awake_ = 0;                                    // threads that make calls
    std::chrono::nanoseconds usual_{std::chrono::seconds(1)};  // how long a call takes of late
    bool is_ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace caas::flow
