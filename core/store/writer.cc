#include "core/store/writer.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/stop_point.h"

namespace caas::store {
namespace {

// How often a transaction is begun that others end in their favour.
constexpr int most_tries = 4;
// Writes under one commit: more would keep a caller waiting for the work of too many others.
constexpr std::size_t most_in_batch = 256;

}  // namespace

Writer::~Writer() {
    {
        const std::scoped_lock lock(mutex_);
        is_ending_ = true;
    }
    arrived_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

// With the mutex held.
void Writer::refuse_nested() const {
    if (writing_ == std::this_thread::get_id())
        throw Error(Code::internal, "A write was started from inside a write");
}

Submitted Writer::submit(std::function<void(Transaction&)> function, std::function<void()> over) {
    Work work{std::move(function), std::move(over)};
    Submitted submitted(work.end.get_future());
    {
        const std::scoped_lock lock(mutex_);
        refuse_nested();
        if (!thread_.joinable())
            thread_ = std::jthread([this] { run(); });
        queue_.push_back(std::move(work));
    }
    arrived_.notify_one();
    return submitted;
}

void Writer::write(std::function<void(Transaction&)> function) {
    if (!begin_alone()) {
        submit(std::move(function), {}).get();
        return;
    }
    std::vector<Work> one(1);
    one.front().function = std::move(function);
    run_all(one);
    end_alone();
    if (one.front().failure)
        std::rethrow_exception(one.front().failure);
}

// Not when several wrote at once just now: together they are faster.
bool Writer::begin_alone() {
    const std::scoped_lock lock(mutex_);
    refuse_nested();
    if (writing_ != std::thread::id() || !queue_.empty() || last_batch_ > 1)
        return false;
    writing_ = std::this_thread::get_id();
    return true;
}

void Writer::end_alone() {
    {
        const std::scoped_lock lock(mutex_);
        writing_ = {};
        if (queue_.empty())
            return;
    }
    arrived_.notify_one();
}

// The thread. Ends when it was asked to and everything submitted is done.
void Writer::run() {
    while (true) {
        std::vector<Work> batch;
        {
            std::unique_lock lock(mutex_);
            writing_ = writing_ == std::this_thread::get_id() ? std::thread::id() : writing_;
            arrived_.wait(lock, [this] {
                return writing_ == std::thread::id() && (is_ending_ || !queue_.empty());
            });
            if (queue_.empty())
                return;
            writing_ = std::this_thread::get_id();
            while (!queue_.empty() && batch.size() < most_in_batch) {
                batch.push_back(std::move(queue_.front()));
                queue_.pop_front();
            }
            last_batch_ = batch.size();
        }
        run_all(batch);
        for (auto& work : batch) {
            work.end.set_value(std::move(work.failure));
            if (work.over)
                work.over();
        }
    }
}

void Writer::run_all(std::vector<Work>& batch) {
    std::span<Work> rest(batch);
    while (!rest.empty())
        rest = rest.subspan(run_batch(rest));
    // What the functions hold dies before their callers go on.
    for (auto& work : batch)
        work.function = nullptr;
}

std::size_t Writer::run_batch(std::span<Work> batch) {
    for (int tries = 1;; ++tries) {
        for (auto& work : batch)
            work.failure = nullptr;
        was_in_the_way_ = false;
        const auto ran = try_batch(batch);
        if (!was_in_the_way_ || tries == most_tries)
            return ran;
    }
}

// Runs from the front under one commit and says how many it ran: all of them, unless the
// database gave up the whole transaction in the middle, as SQLite does when the disk is full.
// Then those that ran have failed and the others are still to be run.
std::size_t Writer::try_batch(std::span<Work> batch) {
    std::size_t ran = 0;
    try {
        if (connection_ == nullptr)
            connection_ = connector_.open_writer();
        connection_->begin();
        if (batch.size() == 1) {
            // Alone in its transaction it needs no savepoint of its own.
            ran = 1;
            Transaction transaction(*connection_);
            batch.front().function(transaction);
        } else {
            for (auto& work : batch) {
                ++ran;
                run_one(work);
            }
        }
        stop_point("commit.begun");
        connection_->commit();
        count(connection_->has_changed_access());
        stop_point("commit.durable");
        return ran;
    } catch (...) {
        // Whether it was kept is not always told.
        count(true);
        const auto failure = std::current_exception();
        was_in_the_way_ = ran > 0 && is_in_the_way(failure);
        // Nothing could begin, so nobody's work can be done.
        if (ran == 0 || is_locked_out())
            ran = batch.size();
        for (auto& work : batch.first(ran)) {
            if (!work.failure)
                work.failure = failure;
        }
    }
    try {
        if (connection_ != nullptr)
            connection_->rollback();
    } catch (...) {
        // A connection that cannot even roll back is opened anew by the next batch.
        connection_ = nullptr;
    }
    return ran;
}

void Writer::count(bool has_changed_access) noexcept {
    ++commits_;
    if (has_changed_access)
        ++access_changes_;
}

// Throws only when the transaction itself is lost.
void Writer::run_one(Work& work) {
    connection_->begin_savepoint();
    try {
        Transaction transaction(*connection_);
        work.function(transaction);
    } catch (...) {
        work.failure = std::current_exception();
        if (is_in_the_way(work.failure) || is_locked_out())
            throw;
    }
    if (work.failure)
        connection_->rollback_savepoint();
    else
        connection_->release_savepoint();
}

// PostgreSQL ended the transaction in favour of another (a deadlock or a conflict with a
// program that is not caas, which takes turns): run again, it may succeed.
bool Writer::is_in_the_way(const std::exception_ptr& failure) const {
    if (connection_ == nullptr || connection_->engine() != "postgres" || is_locked_out())
        return false;
    try {
        std::rethrow_exception(failure);
    } catch (const Error& e) {
        return e.code() == Code::busy;
    } catch (...) {
        return false;
    }
}

}  // namespace caas::store
