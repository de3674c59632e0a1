#include "core/store/store.h"

#include <condition_variable>
#include <exception>
#include <mutex>

#include "core/base/error.h"
#include "core/store/migrate.h"
#include "core/store/writer.h"

namespace caas::store {
namespace {

// Connections that are kept when nobody reads: each holds up to a megabyte of cached pages.
constexpr std::size_t most_idle_readers = 3;
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
        if (!connector_.keeps_readers())
            connection = nullptr;
        {
            const std::scoped_lock lock(mutex_);
            --lent_;
            if (connection != nullptr && idle_.size() < most_idle_readers)
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
        if (!connector_.keeps_readers())
            return;
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

std::uint64_t Store::access_changes() const noexcept {
    return impl_->writer.access_changes();
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
