// A bounded number of threads that answer whole requests, and a bounded queue in front of them.
// Threads start when they are first needed. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "daemon/http/connection.h"

namespace caas::http {

class Workers {
  public:
    using Work = std::function<void(std::unique_ptr<Connection>)>;  // must not throw

    Workers(std::size_t most_threads, std::size_t most_queued, Work work);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers();

    // Takes the connection unless the queue is full; then it stays with the caller: false.
    bool take(std::unique_ptr<Connection>& connection);
    // Waits for what is running; what is queued is dropped. Harmless when called twice.
    void stop();

  private:
    void run();

    std::size_t most_threads_;
    std::size_t most_queued_;
    Work work_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Connection>> queue_;
    std::vector<std::jthread> threads_;
    std::size_t idle_ = 0;
    bool is_stopping_ = false;
};

}  // namespace caas::http
