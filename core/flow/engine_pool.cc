#include "core/flow/engine_pool.h"

#include <utility>

namespace caas::flow {

Pool::Pool(std::size_t most, std::function<void(Work&)> carry, std::function<void()> freed)
    : most_(most), carry_(std::move(carry)), freed_(std::move(freed)) {}

Pool::~Pool() {
    for (auto& thread : threads_)
        thread.request_stop();
    threads_.clear();
}

std::size_t Pool::free() const {
    const std::scoped_lock lock(mutex_);
    return most_ - in_hand_.size();
}

bool Pool::has(const AccountId& account) const {
    const std::scoped_lock lock(mutex_);
    return in_hand_.contains(account);
}

void Pool::start(std::unique_ptr<Work> work) {
    {
        const std::scoped_lock lock(mutex_);
        in_hand_.insert(work->post.account);
        queue_.push_back(std::move(work));
        if (threads_.size() < in_hand_.size())
            threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
    arrived_.notify_one();
}

// Ends when it was asked to and nothing is queued.
void Pool::run(const std::stop_token& stop) {
    while (true) {
        std::unique_ptr<Work> work;
        {
            std::unique_lock lock(mutex_);
            arrived_.wait(lock, stop, [this] { return !queue_.empty(); });
            if (queue_.empty())
                return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        carry_(*work);
        {
            const std::scoped_lock lock(mutex_);
            in_hand_.erase(in_hand_.find(work->post.account));
        }
        work.reset();
        freed_();
    }
}

}  // namespace caas::flow
