#include "core/flow/engine_pool.h"

#include <system_error>
#include <utility>

namespace caas::flow {
namespace {

// Calls that take less than waking a thread: few workers make them all.
constexpr std::chrono::microseconds quick{100};
constexpr std::size_t enough_for_quick = 2;

}  // namespace

Pool::Pool(
    std::size_t most,
    const Clock& clock,
    std::function<void(Work&)> call,
    std::function<void()> returned)
    : most_(most), clock_(clock), call_(std::move(call)), returned_(std::move(returned)) {}

Pool::~Pool() {
    {
        const std::scoped_lock lock(mutex_);
        is_ending_ = true;
    }
    arrived_.notify_all();
    threads_.clear();
}

std::size_t Pool::free() const {
    const std::scoped_lock lock(mutex_);
    return calls_ < most_ ? most_ - calls_ : 0;
}

std::size_t Pool::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

bool Pool::has_queued() const {
    const std::scoped_lock lock(mutex_);
    return !queue_.empty();
}

std::size_t Pool::back() const {
    const std::scoped_lock lock(mutex_);
    return back_.size();
}

void Pool::start(Works& works) {
    if (works.empty())
        return;
    {
        const std::scoped_lock lock(mutex_);
        calls_ += works.size();
        for (auto& work : works)
            queue_.push_back(std::move(work));
        grow();
    }
    works.clear();
    arrived_.notify_one();
}

void Pool::fetch(Works& works) {
    const std::scoped_lock lock(mutex_);
    if (works.empty()) {
        works.swap(back_);
        return;
    }
    for (auto& work : back_)
        works.push_back(std::move(work));
    back_.clear();
}

// One more thread, when all are at work. The caller holds the mutex.
void Pool::grow() {
    if (resting_ > 0 || threads_.size() >= most_ || is_ending_)
        return;
    try {
        threads_.emplace_back([this] { run(); });
    } catch (const std::system_error&) {
        // With one thread all gets done, only later.
        if (threads_.empty())
            throw;
    }
}

// Whether a worker that begins a call should wake the next one first. The caller holds the mutex.
bool Pool::wants_help() const {
    return !queue_.empty() && (usual_ > quick || awake_ < enough_for_quick);
}

bool Pool::help() {
    {
        const std::scoped_lock lock(mutex_);
        if (queue_.empty())
            return false;
        grow();
    }
    arrived_.notify_one();
    return true;
}

// Ends when it was asked to and nothing is queued.
void Pool::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++resting_;
        arrived_.wait(lock, [this] { return !queue_.empty() || is_ending_; });
        --resting_;
        if (queue_.empty())
            return;
        ++awake_;
        while (!queue_.empty()) {
            auto work = std::move(queue_.front());
            queue_.pop_front();
            const bool calls_help = wants_help();
            if (calls_help)
                grow();
            lock.unlock();
            if (calls_help)
                arrived_.notify_one();
            const auto began = clock_.monotonic();
            call_(*work);
            const auto took = clock_.monotonic() - began;
            lock.lock();
            usual_ = (7 * usual_ + took) / 8;
            back_.push_back(std::move(work));
            --calls_;
            if (back_.size() == 1 || calls_ == 0)
                returned_();
        }
        --awake_;
    }
}

}  // namespace caas::flow
