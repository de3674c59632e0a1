// A bounded number of threads that answer whole requests, and a bounded queue in front of them.
// Threads start when they are first needed, and the one that fell asleep last is woken first: its
// memory is still warm, and those that a moment's crowd needed sleep on. Thread-safe.
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
    // A thread that waits, on its own stack.
    struct Sleeper {
        std::condition_variable woken;
        std::unique_ptr<Connection> given;
    };

    void run();
    bool start_thread();

    std::size_t most_threads_;
    std::size_t most_queued_;
    Work work_;
    std::mutex mutex_;
    std::deque<std::unique_ptr<Connection>> queue_;
    std::vector<std::jthread> threads_;
    std::vector<Sleeper*> sleepers_;
    std::size_t starting_ = 0;  // threads that have not looked at the queue yet
    bool is_stopping_ = false;
};

}  // namespace caas::http
