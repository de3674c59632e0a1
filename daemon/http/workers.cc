#include "daemon/http/workers.h"

#include <system_error>

namespace caas::http {

Workers::Workers(std::size_t most_threads, std::size_t most_queued, Work work)
    : most_threads_(most_threads), most_queued_(most_queued), work_(std::move(work)) {}

Workers::~Workers() {
    stop();
}

bool Workers::take(std::unique_ptr<Connection>& connection) {
    {
        const std::scoped_lock lock(mutex_);
        const bool can_grow = threads_.size() < most_threads_;
        if (is_stopping_ || queue_.size() >= most_queued_ + idle_ + (can_grow ? 1U : 0U))
            return false;
        if (queue_.size() >= idle_ && can_grow) {
            try {
                threads_.emplace_back([this] { run(); });
            } catch (const std::system_error&) {
                // No more threads to be had: those there are go on.
                if (threads_.empty())
                    return false;
            }
        }
        queue_.push_back(std::move(connection));
    }
    changed_.notify_one();
    return true;
}

void Workers::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        changed_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
        --idle_;
        if (is_stopping_)
            return;
        auto connection = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work_(std::move(connection));
        lock.lock();
    }
}

void Workers::stop() {
    std::vector<std::jthread> threads;
    {
        const std::scoped_lock lock(mutex_);
        is_stopping_ = true;
        threads.swap(threads_);
    }
    changed_.notify_all();
    threads.clear();
    const std::scoped_lock lock(mutex_);
    queue_.clear();
}

}  // namespace caas::http
