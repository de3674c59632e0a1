// The engine's workers: threads that carry one post each. They are started when they are first
// needed, so that an engine that has nothing to do costs nothing.
//
// Thread-safe. Destroying it waits for the posts in hand.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/base/id.h"
#include "core/flow/deliver.h"

namespace caas::flow {

class Pool {
  public:
    // Both are called on a worker's thread and must not throw: `carry` with each post, `freed` when
    // the worker is free again.
    Pool(std::size_t most, std::function<void(Work&)> carry, std::function<void()> freed);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    // How many posts could start at once.
    std::size_t free() const;
    // At most `free()` at a time, or they would wait.
    void start(std::unique_ptr<Work> work);

    bool is_idle() const { return free() == most_; }

    // Whether a worker has a post of this account in hand.
    bool has(const AccountId& account) const;

  private:
    void run(const std::stop_token& stop);

    const std::size_t most_;
    const std::function<void(Work&)> carry_;
    const std::function<void()> freed_;
    mutable std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<std::unique_ptr<Work>> queue_;
    std::multiset<AccountId> in_hand_;
    std::vector<std::jthread> threads_;
};

}  // namespace caas::flow
