// The database of one installation: one writer, several readers, migrated on opening.
//
// Thread-safe. Owns its connections and the writer's thread; must outlive whoever uses it.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/store/connection.h"

namespace caas::store {

// Makes connections of one kind to one database; the seam that lets a test count or break
// statements.
class Connector {
  public:
    Connector() = default;
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;
    virtual ~Connector() = default;

    // Makes the database when there is none.
    virtual std::unique_ptr<Connection> open_writer() = 0;
    // nullptr when there is no database yet.
    virtual std::unique_ptr<Connection> open_reader() = 0;

    // Whether a reader may be kept for whoever reads next. From several threads.
    virtual bool keeps_readers() const { return true; }
};

// SQLite in one file: WAL, synchronous=FULL, foreign keys, 5 s busy time-out. Creates the file with
// mode 0600. A file on a read-only or a full disk can still be read. Opening throws Error:
// storage_full, storage_read_only, storage_corrupt, forbidden.
std::unique_ptr<Connector> sqlite(const std::filesystem::path& file);

// Work on its way to the disk.
class Submitted {
  public:
    explicit Submitted(std::future<std::exception_ptr> end) : end_(std::move(end)) {}

    // Waits until the work is durable; throws what it threw. Once only.
    void get() {
        if (auto failure = end_.get())
            std::rethrow_exception(std::move(failure));
    }

    bool is_over() const {
        return end_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

  private:
    // A failure travels as a value, so that the writer lets go of it before the caller wakes.
    std::future<std::exception_ptr> end_;
};

class Store {
  public:
    // Brings the schema up to date (migrate.h). Where that needs nothing, only a reader is opened:
    // the writer and its thread start with the first write. `clock` is used only in here.
    explicit Store(std::unique_ptr<Connector> connector, const Clock& clock);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    ~Store();

    // Runs `function(Reader&)` on a reader of the pool, seeing one consistent state.
    template <typename Function>
    auto read(Function&& function) {
        const auto lease = borrow();
        return std::forward<Function>(function)(static_cast<Reader&>(*lease));
    }

    // Runs `function(Transaction&)` on the writer's thread, or on the caller's when nobody else
    // writes, and waits until it is durable. Many small calls that arrive together share one
    // commit, each as a savepoint of its own. What the
    // function throws, this throws, and nothing of it is stored. Never call it from inside such a
    // function.
    template <typename Function>
    auto write(Function&& function) {
        using Result = std::invoke_result_t<Function&, Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            write_now([&function](Transaction& transaction) { function(transaction); });
        } else {
            std::optional<Result> result;
            write_now([&](Transaction& transaction) { result.emplace(function(transaction)); });
            return std::move(*result);
        }
    }

    // The same without waiting, always on the writer's thread, which calls `over` when the work has
    // ended; `over` may not throw.
    Submitted submit(std::function<void(Transaction&)> work, std::function<void()> over = {});

    // Grows with every commit of this process, before whoever wrote goes on. What was read since it
    // was last looked at, and before it grew, is as this process left it.
    std::uint64_t commits() const noexcept;

    // The same of those commits that may have changed who may do what (connection.h).
    std::uint64_t access_changes() const noexcept;

    // A consistent copy of the whole database into a new file, while others go on (SQLite only).
    void copy_to(const std::filesystem::path& file);
    // The engine's own consistency check; empty when all is well, else one line a fault.
    std::vector<std::string> check();

  private:
    struct Impl;
    using Lease = std::shared_ptr<Connection>;  // returns the connection to the pool when it dies

    Lease borrow();
    void write_now(std::function<void(Transaction&)> work);

    std::unique_ptr<Impl> impl_;
};

}  // namespace caas::store
