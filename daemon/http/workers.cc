#include "daemon/http/workers.h"

#include <algorithm>
#include <system_error>

namespace caas::http {

Workers::Workers(
    std::size_t few_threads, std::size_t most_threads, std::size_t most_queued, Work work)
    : few_threads_(few_threads),
      most_threads_(most_threads),
      most_queued_(most_queued),
      work_(std::move(work)) {}

Workers::~Workers() {
    stop();
}

bool Workers::take(std::unique_ptr<Connection>& connection) {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_)
        return false;
    if (!sleepers_.empty()) {
        auto* sleeper = sleepers_.back();
        sleepers_.pop_back();
        sleeper->given = std::move(connection);
        // With the mutex held: once it is free, the sleeper may be gone.
        sleeper->woken.notify_one();
        return true;
    }
    if (queue_.size() >= most_queued_ + starting_ + room())
        return false;
    const bool starts_now = threads_.size() < few_threads_ && room() > 0;
    if (starts_now && queue_.size() >= starting_ && !start_thread())
        return false;
    queue_.push_back(std::move(connection));
    return true;
}

bool Workers::has_spare() const {
    const std::scoped_lock lock(mutex_);
    return !is_stopping_ && queue_.empty() && !sleepers_.empty();
}

bool Workers::relieve() {
    const std::scoped_lock lock(mutex_);
    if (is_stopping_ || queue_.empty() || room() == 0) {
        is_watched_ = false;
        return false;
    }
    const bool is_stuck = is_watched_ && done_ == done_before_;
    is_watched_ = true;
    done_before_ = done_;
    for (auto missing = queue_.size() - std::min(queue_.size(), starting_);
         is_stuck && missing > 0 && room() > 0;
         --missing) {
        const auto before = threads_.size();
        if (!start_thread() || threads_.size() == before)
            break;
    }
    return room() > 0;
}

void Workers::shrink() {
    std::vector<std::jthread> gone;
    {
        const std::scoped_lock lock(mutex_);
        while (!is_stopping_ && threads_.size() > few_threads_ && !sleepers_.empty()) {
            auto* sleeper = sleepers_.front();
            sleepers_.erase(sleepers_.begin());
            const auto thread = std::ranges::find(
                threads_, sleeper->thread, [](const auto& one) { return one.get_id(); });
            gone.push_back(std::move(*thread));
            threads_.erase(thread);
            sleeper->is_dismissed = true;
            sleeper->woken.notify_one();
        }
    }
    // Joined without the mutex, which they need to see it.
    gone.clear();
}

// False when there is nobody at all to do the work.
bool Workers::start_thread() {
    try {
        threads_.emplace_back([this] { run(); });
        ++starting_;
    } catch (const std::system_error&) {
        // No more threads to be had: those there are go on.
        return !threads_.empty();
    }
    return true;
}

void Workers::run() {
    std::unique_lock lock(mutex_);
    --starting_;
    Sleeper self{std::this_thread::get_id()};
    while (!is_stopping_ && !self.is_dismissed) {
        if (self.given == nullptr && queue_.empty()) {
            sleepers_.push_back(&self);
            self.woken.wait(
                lock, [&] { return is_stopping_ || self.is_dismissed || self.given != nullptr; });
            continue;
        }
        auto connection = std::move(self.given);
        if (connection == nullptr) {
            connection = std::move(queue_.front());
            queue_.pop_front();
        }
        lock.unlock();
        work_(std::move(connection));
        lock.lock();
        ++done_;
    }
}

void Workers::stop() {
    std::vector<std::jthread> threads;
    {
        const std::scoped_lock lock(mutex_);
        is_stopping_ = true;
        threads.swap(threads_);
        for (auto* sleeper : sleepers_)
            sleeper->woken.notify_one();
        sleepers_.clear();
    }
    threads.clear();
    const std::scoped_lock lock(mutex_);
    queue_.clear();
}

}  // namespace caas::http
