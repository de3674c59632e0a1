#include "core/store/store.h"

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
// Writes under one commit: more would keep a caller waiting for the work of too many others.
constexpr std::size_t most_in_batch = 256;

class Readers {
  public:
    explicit Readers(Connector& connector) : connector_(connector) {}

    std::unique_ptr<Connection> take() {
        {
            const std::scoped_lock lock(mutex_);
            if (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
        }
        auto connection = connector_.open_reader();
        if (connection == nullptr)
            throw Error(
                Code::storage_corrupt,
                "The database has vanished while it was in use",
                "Restore a backup with: caas restore FILE");
        return connection;
    }

    void give_back(std::unique_ptr<Connection> connection) {
        const std::scoped_lock lock(mutex_);
        if (idle_.size() < most_idle_readers)
            idle_.push_back(std::move(connection));
    }

  private:
    Connector& connector_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

// One submitted function and the promise of its end.
struct Work {
    std::function<void(Transaction&)> function;
    std::promise<std::exception_ptr> end;
    std::exception_ptr failure;
};

// The one writer: a thread that runs whatever has arrived as savepoints under one commit.
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

    // Only before the first `submit`: afterwards the connection belongs to the thread.
    void use(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }

    Submitted submit(std::function<void(Transaction&)> function) {
        Work work;
        work.function = std::move(function);
        Submitted submitted(work.end.get_future());
        {
            const std::scoped_lock lock(mutex_);
            if (!thread_.joinable())
                thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
            else if (std::this_thread::get_id() == thread_.get_id())
                throw Error(Code::internal, "A write was started from inside a write");
            queue_.push_back(std::move(work));
        }
        arrived_.notify_one();
        return submitted;
    }

  private:
    // Ends when it was asked to and everything submitted is done.
    void run(const std::stop_token& stop) {
        while (true) {
            std::vector<Work> batch;
            {
                std::unique_lock lock(mutex_);
                arrived_.wait(lock, stop, [this] { return !queue_.empty(); });
                if (queue_.empty())
                    return;
                while (!queue_.empty() && batch.size() < most_in_batch) {
                    batch.push_back(std::move(queue_.front()));
                    queue_.pop_front();
                }
            }
            std::span<Work> rest(batch);
            while (!rest.empty())
                rest = rest.subspan(run_batch(rest));
            for (auto& work : batch) {
                // What the function holds dies before its caller goes on.
                work.function = nullptr;
                work.end.set_value(std::move(work.failure));
            }
        }
    }

    // Runs from the front under one commit and says how many it ran: all of them, unless the
    // database gave up the whole transaction in the middle, as SQLite does when the disk is full.
    // Then those that ran have failed and the others are still to be run.
    std::size_t run_batch(std::span<Work> batch) {
        std::size_t ran = 0;
        try {
            if (connection_ == nullptr)
                connection_ = connector_.open_writer();
            connection_->begin();
            for (auto& work : batch) {
                ++ran;
                run_one(work);
            }
            stop_point("commit.begun");
            connection_->commit();
            stop_point("commit.durable");
            return ran;
        } catch (...) {
            const auto failure = std::current_exception();
            // Nothing could begin, so nobody's work can be done.
            if (ran == 0)
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
        }
        if (work.failure)
            connection_->rollback_savepoint();
        else
            connection_->release_savepoint();
    }

    Connector& connector_;
    std::unique_ptr<Connection> connection_;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Work> queue_;
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
        impl_->readers.give_back(std::move(reader));
}

Store::~Store() = default;

Submitted Store::submit(std::function<void(Transaction&)> work) {
    return impl_->writer.submit(std::move(work));
}

Store::Lease Store::borrow() {
    auto connection = impl_->readers.take();
    connection->begin_read();
    // Shared only for its deleter: there is one holder, and the pool behind it.
    return {connection.release(), [this](Connection* lent) {
                std::unique_ptr<Connection> back(lent);
                try {
                    back->rollback();
                    impl_->readers.give_back(std::move(back));
                } catch (...) {
                    // It is closed instead; the next reader opens another.
                    back = nullptr;
                }
            }};
}

void Store::copy_to(const std::filesystem::path& file) {
    const auto reader = impl_->readers.take();
    reader->copy_to(file);
}

std::vector<std::string> Store::check() {
    const auto reader = impl_->readers.take();
    return reader->check();
}

}  // namespace caas::store
