// A bounded number of threads that answer whole requests, and a bounded queue in front of them.
// The one that fell asleep last is woken first: its memory is still warm, and those that a moment's
// crowd needed sleep on. A few threads start when they are first needed, the others only while
// nothing gets done: when threads wait for a disk or for somebody, and not when there is merely a
// lot to do, which more threads than processors would not speed up. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
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
    static constexpr Milliseconds relief_interval{2};

    using Work = std::function<void(std::unique_ptr<Connection>)>;  // must not throw

    Workers(std::size_t few_threads, std::size_t most_threads, std::size_t most_queued, Work work);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers();

    // Takes the connection unless the queue is full; then it stays with the caller: false.
    bool take(std::unique_ptr<Connection>& connection);
    // Whether a thread sleeps and nothing waits for one.
    bool has_spare() const;
    // To be called again after `relief_interval` for as long as it says true: requests wait and
    // more threads could be had. When nothing was done since the last call, they are.
    bool relieve();
    // Ends the threads beyond the few that sleep: a thread keeps its stack and what it may need of
    // the heap. Waits until they are gone.
    void shrink();
    // Waits for what is running; what is queued is dropped. Harmless when called twice.
    void stop();

  private:
    // A thread that waits, on its own stack.
    struct Sleeper {
        std::thread::id thread{};
        std::condition_variable woken{};
        std::unique_ptr<Connection> given{};
        bool is_dismissed = false;
    };

    void run();
    bool start_thread();

    // How many more there may be.
    std::size_t room() const { return most_threads_ - threads_.size(); }

    std::size_t few_threads_;
    std::size_t most_threads_;
    std::size_t most_queued_;
    Work work_;
    mutable std::mutex mutex_;
    std::deque<std::unique_ptr<Connection>> queue_;
    std::vector<std::jthread> threads_;
    std::vector<Sleeper*> sleepers_;
    std::size_t starting_ = 0;  // threads that have not looked at the queue yet
    std::uint64_t done_ = 0;
    std::uint64_t done_before_ = 0;  // at the last relief
    bool is_watched_ = false;        // requests waited at the last relief
    bool is_stopping_ = false;
};

}  // namespace caas::http
