#include "core/store/store.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>

#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/store/migrate.h"

namespace caas::store {
namespace {

// Connections that are kept when nobody reads: each holds up to a megabyte of cached pages.
constexpr std::size_t most_idle_readers = 3;
// How often a transaction is begun that others end in their favour.
constexpr int most_tries = 4;
// Writes under one commit: more would keep a caller waiting for the work of too many others.
constexpr std::size_t most_in_batch = 256;
// Opening a connection takes longer than most reads, so with some at work it is worth waiting a
// moment for one of them; but not for ever, since whoever reads may read again inside.
constexpr std::size_t enough_readers = 3;
constexpr std::chrono::milliseconds patience{2};

class Readers {
  public:
    explicit Readers(Connector& connector) : connector_(connector) {}

    std::unique_ptr<Connection> take() {
        {
            std::unique_lock lock(mutex_);
            if (idle_.empty() && lent_ >= enough_readers)
                returned_.wait_for(lock, patience, [this] { return !idle_.empty(); });
            ++lent_;
            if (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
        }
        try {
            auto connection = connector_.open_reader();
            if (connection == nullptr)
                throw Error(
                    Code::storage_corrupt,
                    "The database has vanished while it was in use",
                    "Restore a backup with: caas restore FILE");
            return connection;
        } catch (...) {
            forget();
            throw;
        }
    }

    void give_back(std::unique_ptr<Connection> connection) {
        {
            const std::scoped_lock lock(mutex_);
            --lent_;
            if (idle_.size() < most_idle_readers)
                idle_.push_back(std::move(connection));
        }
        returned_.notify_one();
    }

    // Lends one that is closed afterwards.
    void borrow(const std::function<void(Connection&)>& use) {
        const auto connection = take();
        try {
            use(*connection);
        } catch (...) {
            forget();
            throw;
        }
        forget();
    }

    // One that was lent will not come back.
    void forget() {
        const std::scoped_lock lock(mutex_);
        --lent_;
    }

    // The first one, which was never lent.
    void keep(std::unique_ptr<Connection> connection) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(connection));
    }

  private:
    Connector& connector_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t lent_ = 0;
};

// One submitted function and the promise of its end.
struct Work {
    std::function<void(Transaction&)> function;
    std::function<void()> over;
    std::promise<std::exception_ptr> end;
    std::exception_ptr failure;
};

// The one writer: whatever has arrived runs as savepoints under one commit, on a thread of its own.
// Who is alone runs its work by itself instead: that saves waking a thread and being woken.
class Writer {
  public:
    explicit Writer(Connector& connector) : connector_(connector) {}

    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    ~Writer() {
        thread_.request_stop();
        if (thread_.joinable())
            thread_.join();
    }

    std::uint64_t commits() const noexcept { return commits_; }

    // Only before the first work: afterwards the connection belongs to whoever writes.
    void use(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }

    Submitted submit(std::function<void(Transaction&)> function, std::function<void()> over) {
        Work work;
        work.function = std::move(function);
        work.over = std::move(over);
        Submitted submitted(work.end.get_future());
        {
            const std::scoped_lock lock(mutex_);
            refuse_nested();
            if (!thread_.joinable())
                thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
            queue_.push_back(std::move(work));
        }
        arrived_.notify_one();
        return submitted;
    }

    void write(std::function<void(Transaction&)> function) {
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

  private:
    // The caller holds the mutex.
    void refuse_nested() const {
        if (writing_ == std::this_thread::get_id())
            throw Error(Code::internal, "A write was started from inside a write");
    }

    // Not when several wrote at once just now: together they are faster.
    bool begin_alone() {
        const std::scoped_lock lock(mutex_);
        refuse_nested();
        if (writing_ != std::thread::id() || !queue_.empty() || last_batch_ > 1)
            return false;
        writing_ = std::this_thread::get_id();
        return true;
    }

    void end_alone() {
        {
            const std::scoped_lock lock(mutex_);
            writing_ = {};
            if (queue_.empty())
                return;
        }
        arrived_.notify_one();
    }

    // The thread. Ends when it was asked to and everything submitted is done.
    void run(const std::stop_token& stop) {
        while (true) {
            std::vector<Work> batch;
            {
                std::unique_lock lock(mutex_);
                writing_ = writing_ == std::this_thread::get_id() ? std::thread::id() : writing_;
                arrived_.wait(lock, stop, [this] {
                    return !queue_.empty() && writing_ == std::thread::id();
                });
                if (queue_.empty())
                    return;
                if (writing_ != std::thread::id())
                    continue;
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

    void run_all(std::vector<Work>& batch) {
        std::span<Work> rest(batch);
        while (!rest.empty())
            rest = rest.subspan(run_batch(rest));
        // What the functions hold dies before their callers go on.
        for (auto& work : batch)
            work.function = nullptr;
    }

    std::size_t run_batch(std::span<Work> batch) {
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
    std::size_t try_batch(std::span<Work> batch) {
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
            ++commits_;
            stop_point("commit.durable");
            return ran;
        } catch (...) {
            // Whether it was kept is not always told.
            ++commits_;
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

    // Throws only when the transaction itself is lost.
    void run_one(Work& work) {
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
    bool is_in_the_way(const std::exception_ptr& failure) const {
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

    bool is_locked_out() const { return connection_ != nullptr && connection_->is_locked_out(); }

    Connector& connector_;
    std::unique_ptr<Connection> connection_;
    std::atomic<std::uint64_t> commits_ = 0;
    bool was_in_the_way_ = false;  // of whoever writes now
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Work> queue_;
    std::thread::id writing_;  // who has the connection now
    std::size_t last_batch_ = 0;
    std::jthread thread_;
};

}  // namespace

struct Store::Impl {
    explicit Impl(std::unique_ptr<Connector> made)
        : connector(std::move(made)), writer(*connector), readers(*connector) {}

    std::unique_ptr<Connector> connector;
    // Readers die first: the last connection to go tidies up SQLite's log, which needs a writer.
    Writer writer;
    Readers readers;
};

Store::Store(std::unique_ptr<Connector> connector, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(connector))) {
    auto reader = impl_->connector->open_reader();
    if (reader == nullptr || pending(*reader, migrations()) > 0) {
        auto writer = impl_->connector->open_writer();
        migrate(*writer, migrations(), clock);
        impl_->writer.use(std::move(writer));
    }
    if (reader != nullptr)
        impl_->readers.keep(std::move(reader));
}

Store::~Store() = default;

Submitted Store::submit(std::function<void(Transaction&)> work, std::function<void()> over) {
    return impl_->writer.submit(std::move(work), std::move(over));
}

std::uint64_t Store::commits() const noexcept {
    return impl_->writer.commits();
}

void Store::write_now(std::function<void(Transaction&)> work) {
    impl_->writer.write(std::move(work));
}

Store::Lease Store::borrow() {
    auto connection = impl_->readers.take();
    try {
        connection->begin_read();
    } catch (...) {
        impl_->readers.forget();
        throw;
    }
    // Shared only for its deleter: there is one holder, and the pool behind it.
    return {connection.release(), [this](Connection* lent) {
                std::unique_ptr<Connection> back(lent);
                try {
                    back->rollback();
                    impl_->readers.give_back(std::move(back));
                } catch (...) {
                    // It is closed instead; the next reader opens another.
                    back = nullptr;
                    impl_->readers.forget();
                }
            }};
}

void Store::copy_to(const std::filesystem::path& file) {
    impl_->readers.borrow([&](Connection& reader) { reader.copy_to(file); });
}

std::vector<std::string> Store::check() {
    std::vector<std::string> faults;
    impl_->readers.borrow([&](Connection& reader) { faults = reader.check(); });
    return faults;
}

}  // namespace caas::store
