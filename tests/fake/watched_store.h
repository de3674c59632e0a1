// Wraps a connector so that a test can count what reaches the database and make it fail there.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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

class WatchedConnection final : public store::Connection {
  public:
    WatchedConnection(std::unique_ptr<store::Connection> inner, Watch& watch, bool is_writer)
        : inner_(std::move(inner)), watch_(watch), is_writer_(is_writer) {}

    store::Rows query(std::string_view sql, const store::Values& values) override {
        note(sql);
        return inner_->query(sql, values);
    }

    std::int64_t execute(std::string_view sql, const store::Values& values) override {
        note(sql);
        return inner_->execute(sql, values);
    }

    void run_script(std::string_view sql) override { inner_->run_script(sql); }

    void begin() override {
        watch_.tell("begin");
        ++watch_.begins;
        inner_->begin();
    }

    void begin_read() override { inner_->begin_read(); }

    void commit() override {
        watch_.tell("commit");
        ++watch_.commits;
        inner_->commit();
        if (watch_.after_commit)
            watch_.after_commit();
    }

    void rollback() override {
        if (is_writer_)
            watch_.tell("rollback");
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
        inner_->rollback_savepoint();
    }

    bool has_table(std::string_view name) override { return inner_->has_table(name); }

    void copy_to(const std::filesystem::path& file) override { inner_->copy_to(file); }

    std::vector<std::string> check() override { return inner_->check(); }

    std::string_view engine() const override { return inner_->engine(); }

  private:
    void note(std::string_view sql) {
        if (!is_writer_)
            return;
        watch_.tell(sql);
        ++watch_.statements;
    }

    std::unique_ptr<store::Connection> inner_;
    Watch& watch_;
    bool is_writer_;
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
