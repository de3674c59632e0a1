// The one writer of a store: whatever has arrived runs as savepoints under one commit, on a thread
// of its own. Who is alone runs its work by itself instead: that saves waking a thread and being
// woken.
//
// Thread-safe but for use(); the destructor ends what was submitted first.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "core/store/store.h"

namespace caas::store {

class Writer {
  public:
    explicit Writer(Connector& connector) : connector_(connector) {}

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer();

    // Only before the first work: afterwards the connection belongs to whoever writes.
    void use(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }

    // As Store's submit, write, commits and access_changes.
    Submitted submit(std::function<void(Transaction&)> function, std::function<void()> over);
    void write(std::function<void(Transaction&)> function);

    std::uint64_t commits() const noexcept { return commits_; }

    std::uint64_t access_changes() const noexcept { return access_changes_; }

  private:
    // One submitted function and the promise of its end.
    struct Work {
        std::function<void(Transaction&)> function{};
        std::function<void()> over{};
        std::promise<std::exception_ptr> end{};
        std::exception_ptr failure{};
    };

    void refuse_nested() const;
    bool begin_alone();
    void end_alone();
    void run();
    void run_all(std::vector<Work>& batch);
    std::size_t run_batch(std::span<Work> batch);
    std::size_t try_batch(std::span<Work> batch);
    void run_one(Work& work);
    void count(bool has_changed_access) noexcept;
    bool is_in_the_way(const std::exception_ptr& failure) const;

    bool is_locked_out() const { return connection_ != nullptr && connection_->is_locked_out(); }

    Connector& connector_;
    std::unique_ptr<Connection> connection_;
    std::atomic<std::uint64_t> commits_ = 0;
    std::atomic<std::uint64_t> access_changes_ = 0;
    bool was_in_the_way_ = false;  // of whoever writes now
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Work> queue_;
    std::thread::id writing_;  // who has the connection now
    std::size_t last_batch_ = 0;
    bool is_ending_ = false;
    std::jthread thread_;
};

}  // namespace caas::store
