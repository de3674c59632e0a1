// PostgreSQL as a Connection.
//
// One writer at a time, as on SQLite: each write transaction takes an advisory lock of the database
// first. So the functions that are written for one engine hold on both, no transaction fails
// because another was faster, and two daemons can never decide on the same state; they take turns
// by commits, each of which carries many writes. SERIALIZABLE would let them overlap and make every
// function one that may be run twice.
#include "core/store/postgres_connection.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include "core/base/error.h"
#include "core/store/postgres_flight.h"
#include "core/store/postgres_set.h"

namespace caas::store {
namespace {

constexpr std::string_view own_number = "CAST(pg_current_xact_id() AS TEXT)";

class PostgresConnection final : public Connection {
  public:
    PostgresConnection(std::shared_ptr<const PostgresServer> server, PostgresLink::Use use)
        : server_(server), use_(use), session_(std::move(server), use) {}

    Rows query(std::string_view sql, const Values& values) override {
        Rows rows;
        send([&] {
            rows.clear();
            flight_.add(link(), sql, values, [&](PGresult* result) {
                const int count = library().row_count(result);
                const int width = library().column_count(result);
                rows.reserve(static_cast<std::size_t>(count));
                for (int i = 0; i < count; ++i) {
                    std::vector<Value> columns;
                    columns.reserve(static_cast<std::size_t>(width));
                    for (int k = 0; k < width; ++k)
                        columns.push_back(value_of(library(), result, i, k));
                    rows.emplace_back(std::move(columns));
                }
            });
        });
        return rows;
    }

    std::int64_t execute(std::string_view sql, const Values& values) override {
        std::int64_t changed = 0;
        send([&] {
            flight_.add(link(), sql, values, [&](PGresult* result) {
                changed = changed_by(library(), result);
            });
        });
        return changed;
    }

    std::vector<std::int64_t> execute_each(
        std::string_view sql, const std::vector<Values>& rows) override {
        std::vector<std::int64_t> changed;
        if (!rows.empty())
            send([&] { flight_.add_each(link(), sql, rows, changed); });
        return changed;
    }

    void execute_all(std::span<Batch> batches) override {
        if (std::ranges::all_of(batches, [](const Batch& batch) { return batch.rows.empty(); }))
            return;
        send([&] {
            for (auto& batch : batches)
                flight_.add(link(), batch);
        });
    }

    void execute_later(const Batch& batch) override {
        // Its fault must not fall to the next savepoint's lot.
        if (savepoints_ > 0 || !is_under_way_) {
            auto now = batch;
            execute_all({&now, 1});
            return;
        }
        if (auto set = batch.are_apart ? as_set(batch.sql, batch.rows) : std::nullopt) {
            pending_.push_back({std::move(set->sql), std::move(set->values)});
            return;
        }
        for (const auto& values : batch.rows)
            pending_.push_back({std::string(batch.sql), values});
    }

    void run_script(std::string_view sql) override {
        flush_pending();
        // A migration may take longer than a statement should.
        const std::string patient = is_under_way_ ? "SET LOCAL statement_timeout = 0;\n" : "";
        link().run_script(patient + std::string(sql));
    }

    // The lock is taken by the first statement, or rather just before it on the same journey. The
    // number is what a lost COMMIT is asked about.
    void begin() override {
        open();
        is_under_way_ = true;
        is_locked_out_ = false;
        savepoints_ = 0;
        number_.clear();
        pending_ = {
            {"BEGIN", {}},
            {"SELECT pg_advisory_xact_lock(" + std::to_string(link().place()) + "), " +
                 std::string(own_number),
             {}}};
    }

    void begin_read() override {
        is_under_way_ = true;
        pending_ = {{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {}}};
    }

    void commit() override {
        const bool is_nothing = std::ranges::none_of(
            pending_, [](const Pending& one) { return one.values.has_value(); });
        if (is_to_begin() && is_nothing) {
            pending_.clear();
            is_under_way_ = false;
            return;
        }
        try {
            // What begins a transaction may be sent twice, what ends it never.
            if (is_to_begin())
                flush_pending();
            ask_number();
            std::string tag;
            send([&] {
                flight_.add_control(link(), "COMMIT", [&](PGresult* result) {
                    tag = library().command_tag(result);
                    is_under_way_ = false;
                });
            });
            // A transaction in which something failed is rolled back instead, without an error.
            if (tag != "COMMIT")
                throw Error(Code::internal, "The database rolled back what was to be committed");
        } catch (const Error&) {
            if (!link().is_broken() || !is_under_way_)
                throw;
            is_under_way_ = false;
            if (number_.empty())
                throw;
            // What waited or was prepared went with the session.
            flight_ = {};
            session_.find_out(number_);
        }
    }

    void rollback() override {
        const bool is_begun = !is_to_begin();
        pending_.clear();
        if (!std::exchange(is_under_way_, false) || !is_begun)
            return;
        // With its session the transaction went too.
        if (link().is_broken())
            return;
        try {
            link().add("ROLLBACK");
            if (use_ == PostgresLink::Use::read)
                link().send_off();
            else
                link().run();
        } catch (const Error&) {
            if (!link().is_broken())
                throw;
        }
    }

    // Sent together with what comes next: a savepoint costs no journey of its own.
    void begin_savepoint() override {
        ++savepoints_;
        pending_.push_back({"SAVEPOINT one", {}});
    }

    void release_savepoint() override {
        --savepoints_;
        if (!drop_savepoint())
            pending_.push_back({"RELEASE SAVEPOINT one", {}});
    }

    void rollback_savepoint() override {
        --savepoints_;
        if (link().is_broken())
            throw link().faults().lost();
        if (drop_savepoint())
            return;
        pending_.push_back({"ROLLBACK TO SAVEPOINT one", {}});
        pending_.push_back({"RELEASE SAVEPOINT one", {}});
        // What failed was on the journey that was to begin: whether it did is not known yet, and
        // the next in this transaction must not be blamed.
        ask_number();
    }

    bool has_table(std::string_view name) override {
        return !query(
                    "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = "
                    "$1",
                    {name})
                    .empty();
    }

    void copy_to(const std::filesystem::path&) override {
        throw Error(
            Code::invalid,
            "A PostgreSQL database is not copied into a file like this",
            "`caas backup FILE` makes a backup of it");
    }

    std::vector<std::string> check() override { return check_postgres(*this); }

    std::string_view engine() const override { return "postgres"; }

    bool is_locked_out() const override { return is_locked_out_; }

  private:
    // What is sent with the next statement: transaction control, or a statement with values.
    struct Pending {
        std::string sql;
        std::optional<Values> values;
    };

    PostgresLink& link() const { return session_.link(); }

    // Makes sure that there is a session.
    void open() {
        if (session_.open())
            flight_ = {};
    }

    // Sends what waits and then what `fill` adds, and takes the answers. Where the session turns
    // out to have died while it rested, once more on another: nothing was read or written before.
    template <typename Fill>
    void send(const Fill& fill) {
        const bool is_beginning = is_to_begin();
        const bool is_fresh = !is_under_way_ || is_beginning;
        if (is_fresh)
            open();
        const auto kept = is_fresh ? pending_ : std::vector<Pending>();
        try {
            send_once(fill);
            return;
        } catch (const Error& e) {
            is_locked_out_ = is_beginning && use_ == PostgresLink::Use::write &&
                             e.code() == Code::busy && !link().is_passing();
            const bool may_repeat = is_fresh && (is_beginning || use_ == PostgresLink::Use::read);
            if (!may_repeat || !link().is_broken())
                throw;
        }
        open();
        pending_ = kept;
        send_once(fill);
    }

    template <typename Fill>
    void send_once(const Fill& fill) {
        try {
            send_pending();
            fill();
            flight_.run(link());
            session_.note_answer();
        } catch (const Error&) {
            // Something may wait that was to go with a statement whose values turned out not to
            // fit.
            flight_.recover(link());
            throw;
        }
    }

    void send_pending() {
        for (const auto& one : std::exchange(pending_, {})) {
            if (one.values)
                flight_.add(link(), one.sql, *one.values);
            else if (one.sql.ends_with(own_number))
                flight_.add_control(link(), one.sql, [this](PGresult* result) {
                    number_ = library().value(result, 0, 1);
                });
            else
                flight_.add_control(link(), one.sql);
        }
    }

    // The number that should have come with the transaction's first statement.
    void ask_number() {
        if (number_.empty())
            number_ = query("SELECT 0, " + std::string(own_number), {}).at(0).text(1);
    }

    void flush_pending() {
        if (!pending_.empty())
            send([] {});
    }

    // A transaction begins with its first statement.
    bool is_to_begin() const {
        return !pending_.empty() && pending_.front().sql.starts_with("BEGIN");
    }

    // True when the innermost savepoint has not been sent yet: then it never was.
    bool drop_savepoint() {
        if (pending_.empty() || pending_.back().sql != "SAVEPOINT one")
            return false;
        pending_.pop_back();
        return true;
    }

    const PostgresLibrary& library() const { return server_->library; }

    const std::shared_ptr<const PostgresServer> server_;
    const PostgresLink::Use use_;
    PostgresSession session_;
    std::vector<Pending> pending_;
    PostgresFlight flight_;
    bool is_under_way_ = false;
    bool is_locked_out_ = false;
    int savepoints_ = 0;  // how many are open
    std::string number_;
};

}  // namespace

std::unique_ptr<Connection> open_postgres(
    std::shared_ptr<const PostgresServer> server, PostgresLink::Use use) {
    return std::make_unique<PostgresConnection>(std::move(server), use);
}

}  // namespace caas::store
