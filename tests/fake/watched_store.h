// Wraps a connector so that a test can count what reaches the database and make it fail there.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/store/store.h"

namespace caas::fake {

// What the connections of one WatchedConnector share; outlives the store that owns the connector.
struct Watch {
    std::atomic<int> writers_opened = 0;
    std::atomic<int> readers_opened = 0;
    std::atomic<int> statements = 0;  // of writers, without transaction control
    std::atomic<int> begins = 0;
    std::atomic<int> commits = 0;
    // Called before each of a writer's doings with its name ("open", "begin", "commit", "rollback",
    // "savepoint", "release", "undo") or its SQL; may throw. Set it before the store is used.
    std::function<void(std::string_view doing)> before;

    // Called after each commit that is durable; may throw, as a connection that breaks just then.
    std::function<void()> after_commit;

    void tell(std::string_view doing) const {
        if (before)
            before(doing);
    }
};

// A statement that `before` makes fail fails as it would in the engine: what travels before it was
// run, what travels after it was not. PostgreSQL is made to fail there itself, so that the rest of
// the transaction is refused, and one that nobody waits for fails with what comes next.
class WatchedConnection final : public store::Connection {
  public:
    WatchedConnection(std::unique_ptr<store::Connection> inner, Watch& watch, bool is_writer)
        : inner_(std::move(inner)), watch_(watch), is_writer_(is_writer) {
        // Prepared here, so that it need not be in the middle of a journey, which would end there.
        if (is_writer_ && travels())
            inner_->execute(fragile, {1});
    }

    store::Rows query(std::string_view sql, const store::Values& values) override {
        note_alone(sql);
        return tell_late([&] { return inner_->query(sql, values); });
    }

    std::int64_t execute(std::string_view sql, const store::Values& values) override {
        note_alone(sql);
        return tell_late([&] { return inner_->execute(sql, values); });
    }

    std::vector<std::int64_t> execute_each(
        std::string_view sql, const std::vector<store::Values>& rows) override {
        store::Batch batch{sql, rows};
        execute_all({&batch, 1});
        return std::move(batch.changed);
    }

    void execute_all(std::span<store::Batch> batches) override {
        for (std::size_t i = 0; i < batches.size(); ++i) {
            for (std::size_t k = 0; k < batches[i].rows.size(); ++k) {
                try {
                    note(batches[i].sql);
                } catch (...) {
                    break_at(batches, i, k);
                    throw;
                }
            }
        }
        tell_late([&] { inner_->execute_all(batches); });
    }

    void execute_later(const store::Batch& batch) override {
        for (std::size_t k = 0; k < batch.rows.size(); ++k) {
            try {
                note(batch.sql);
            } catch (...) {
                if (!travels()) {
                    inner_->execute_later(part(batch, 0, k));
                    throw;
                }
                if (late_ == nullptr)
                    late_ = std::current_exception();
                tell_late([&] {
                    inner_->execute_later(part(batch, 0, k));
                    inner_->execute_later({fragile, {{0}}});
                    inner_->execute_later(part(batch, k, batch.rows.size()));
                });
                return;
            }
        }
        tell_late([&] { inner_->execute_later(batch); });
    }

    void run_script(std::string_view sql) override {
        tell_late([&] { inner_->run_script(sql); });
    }

    void begin() override {
        watch_.tell("begin");
        ++watch_.begins;
        late_ = nullptr;
        inner_->begin();
    }

    void begin_read() override { inner_->begin_read(); }

    void commit() override {
        watch_.tell("commit");
        ++watch_.commits;
        tell_late([&] { inner_->commit(); });
        if (watch_.after_commit)
            watch_.after_commit();
    }

    void rollback() override {
        if (is_writer_)
            watch_.tell("rollback");
        late_ = nullptr;
        inner_->rollback();
    }

    void begin_savepoint() override {
        watch_.tell("savepoint");
        inner_->begin_savepoint();
    }

    void release_savepoint() override {
        watch_.tell("release");
        inner_->release_savepoint();
    }

    void rollback_savepoint() override {
        watch_.tell("undo");
        tell_late([&] { inner_->rollback_savepoint(); });
    }

    bool has_table(std::string_view name) override {
        return tell_late([&] { return inner_->has_table(name); });
    }

    void copy_to(const std::filesystem::path& file) override { inner_->copy_to(file); }

    std::vector<std::string> check() override { return inner_->check(); }

    std::string_view engine() const override { return inner_->engine(); }

    bool is_locked_out() const override { return inner_->is_locked_out(); }

  private:
    static constexpr std::string_view fragile = "SELECT 1 / CAST($1 AS BIGINT)";

    bool travels() const { return inner_->engine() == "postgres"; }

    void note(std::string_view sql) {
        if (!is_writer_)
            return;
        watch_.tell(sql);
        ++watch_.statements;
    }

    void note_alone(std::string_view sql) {
        try {
            note(sql);
        } catch (...) {
            break_at({}, 0, 0);
            throw;
        }
    }

    static store::Batch part(const store::Batch& batch, std::size_t from, std::size_t to) {
        const auto begin = batch.rows.begin();
        return {
            batch.sql,
            {begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to)},
            batch.are_apart};
    }

    // Runs `batches` with the statement for one of their rows failing; what that throws is the
    // caller's to replace.
    void break_at(std::span<const store::Batch> batches, std::size_t batch, std::size_t row) {
        std::vector<store::Batch> broken(
            batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(batch));
        if (batch < batches.size()) {
            const auto& here = batches[batch];
            broken.push_back(part(here, 0, row));
            if (travels()) {
                broken.push_back({fragile, {{0}}});
                broken.push_back(part(here, row, here.rows.size()));
                const auto rest = batches.subspan(batch + 1);
                broken.insert(broken.end(), rest.begin(), rest.end());
            }
        } else if (travels()) {
            broken.push_back({fragile, {{0}}});
        }
        try {
            inner_->execute_all(broken);
        } catch (const Error&) {
            return;
        }
    }

    // Calls the engine; where what comes out is the fault of one that nobody waited for, the
    // fault is what the test said of it.
    template <typename Call>
    std::invoke_result_t<const Call&> tell_late(const Call& call) {
        try {
            return call();
        } catch (const Error&) {
            if (late_ != nullptr)
                std::rethrow_exception(std::exchange(late_, nullptr));
            throw;
        }
    }

    std::unique_ptr<store::Connection> inner_;
    Watch& watch_;
    bool is_writer_;
    std::exception_ptr late_;  // what is thrown when `fragile` comes to be sent
};

class WatchedConnector final : public store::Connector {
  public:
    WatchedConnector(std::unique_ptr<store::Connector> inner, Watch& watch)
        : inner_(std::move(inner)), watch_(watch) {}

    std::unique_ptr<store::Connection> open_writer() override {
        watch_.tell("open");
        ++watch_.writers_opened;
        return std::make_unique<WatchedConnection>(inner_->open_writer(), watch_, true);
    }

    std::unique_ptr<store::Connection> open_reader() override {
        auto made = inner_->open_reader();
        if (made == nullptr)
            return nullptr;
        ++watch_.readers_opened;
        return std::make_unique<WatchedConnection>(std::move(made), watch_, false);
    }

  private:
    std::unique_ptr<store::Connector> inner_;
    Watch& watch_;
};

}  // namespace caas::fake
