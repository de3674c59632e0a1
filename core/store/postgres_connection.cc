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

#include <poll.h>

#include "core/base/error.h"
#include "core/store/postgres_statements.h"

namespace caas::store {
namespace {

// A session that broke is made anew for so long: a server that restarts is back by then.
constexpr int most_reconnects = 30;
// What became of a lost COMMIT is asked for so long; the server ends the lost session itself after
// ten seconds (idle_in_transaction_session_timeout).
constexpr int most_questions = 240;
constexpr int pause_ms = 100;
constexpr int long_pause_ms = 250;
// Answers of statements that travel together fill the server's buffer meanwhile.
constexpr std::size_t most_in_flight = 256;

void rest(int ms) {
    ::poll(nullptr, 0, ms);
}

class PostgresConnection final : public Connection {
  public:
    PostgresConnection(std::shared_ptr<const PostgresServer> server, PostgresLink::Use use)
        : server_(std::move(server)), use_(use) {
        open();
    }

    Rows query(std::string_view sql, const Values& values) override {
        Rows rows;
        send(sql, {&values, 1}, [&](PGresult* result) {
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
        return rows;
    }

    std::int64_t execute(std::string_view sql, const Values& values) override {
        std::int64_t changed = 0;
        send(sql, {&values, 1}, [&](PGresult* result) { changed = changed_by(result); });
        return changed;
    }

    std::vector<std::int64_t> execute_each(
        std::string_view sql, const std::vector<Values>& rows) override {
        std::vector<std::int64_t> changed;
        // What waits to be sent would go into the link and be answered before the next statement,
        // which would take those answers for its own.
        if (rows.empty())
            return changed;
        changed.reserve(rows.size());
        send(sql, rows, [&](PGresult* result) { changed.push_back(changed_by(result)); });
        return changed;
    }

    void run_script(std::string_view sql) override {
        flush_pending();
        // A migration may take longer than a statement should.
        const std::string patient = is_under_way_ ? "SET LOCAL statement_timeout = 0;\n" : "";
        link().run_script(patient + std::string(sql));
    }

    void begin() override {
        for (int tries = 1;; ++tries) {
            open();
            try {
                is_under_way_ = true;
                // The number is what a lost COMMIT is asked about.
                link_->add("BEGIN");
                link_->add(
                    "SELECT pg_advisory_xact_lock(" + std::to_string(link_->place()) +
                    "), CAST(pg_current_xact_id() AS TEXT)");
                const auto results = link_->run();
                number_ = library().value(results.back().get(), 0, 1);
                return;
            } catch (const Error&) {
                // A session that died while it rested is no reason to fail.
                if (!link_->is_broken() || tries == 2)
                    throw;
            }
        }
    }

    void begin_read() override {
        is_under_way_ = true;
        pending_ = {"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
    }

    void commit() override {
        auto control = std::exchange(pending_, {});
        try {
            for (const auto& sql : control)
                link().add(sql);
            link().add("COMMIT");
            const auto results = link().run();
            is_under_way_ = false;
            // A transaction in which something failed is rolled back instead, without an error.
            if (std::string_view(library().command_tag(results.back().get())) != "COMMIT")
                throw Error(Code::internal, "The database rolled back what was to be committed");
        } catch (const Error&) {
            if (!link().is_broken() || !is_under_way_)
                throw;
            is_under_way_ = false;
            find_out();
        }
    }

    void rollback() override {
        const bool is_begun = !is_to_begin();
        pending_.clear();
        if (!std::exchange(is_under_way_, false) || !is_begun || link_ == nullptr)
            return;
        // With its session the transaction went too.
        if (link_->is_broken())
            return;
        try {
            link_->add("ROLLBACK");
            link_->run();
        } catch (const Error&) {
            if (!link_->is_broken())
                throw;
        }
    }

    // Sent together with what comes next: a savepoint costs no journey of its own.
    void begin_savepoint() override { pending_.emplace_back("SAVEPOINT one"); }

    void release_savepoint() override {
        if (!drop_savepoint())
            pending_.emplace_back("RELEASE SAVEPOINT one");
    }

    void rollback_savepoint() override {
        if (link().is_broken())
            throw link().faults().lost();
        if (drop_savepoint())
            return;
        pending_.emplace_back("ROLLBACK TO SAVEPOINT one");
        pending_.emplace_back("RELEASE SAVEPOINT one");
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
            "Use pg_dump, or copy it into a SQLite file: caas db copy URL FILE");
    }

    std::vector<std::string> check() override { return check_postgres(*this); }

    std::string_view engine() const override { return "postgres"; }

  private:
    PostgresLink& link() {
        if (link_ == nullptr)
            throw Error(Code::internal, "A transaction was used that had not begun");
        return *link_;
    }

    // Makes sure that there is a session.
    void open() {
        if (link_ != nullptr && !link_->is_broken())
            return;
        const bool is_first = link_ == nullptr;
        for (int tries = 1;; ++tries) {
            statements_ = {};
            try {
                link_ = std::make_unique<PostgresLink>(server_->library, server_->address, use_);
                return;
            } catch (const Error& e) {
                if (is_first || tries == most_reconnects || !facts(e.code()).is_temporary)
                    throw;
            }
            rest(pause_ms);
        }
    }

    std::int64_t changed_by(PGresult* result) const {
        const std::string_view digits = library().changed_rows(result);
        std::int64_t count = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), count);
        return count;
    }

    // Runs a statement once for each of `rows`, after what waits to be sent; `take` gets the
    // results.
    template <typename Take>
    void send(std::string_view sql, std::span<const Values> rows, Take take) {
        // Nothing that was read before is forgotten by beginning anew; writers begin with begin().
        const bool is_fresh = !is_under_way_ || is_to_begin();
        if (is_fresh)
            open();
        const auto kept = pending_;
        try {
            send_once(sql, rows, take);
            return;
        } catch (const Error&) {
            if (!is_fresh || use_ == PostgresLink::Use::write || !link_->is_broken())
                throw;
        }
        open();
        pending_ = kept;
        send_once(sql, rows, take);
    }

    template <typename Take>
    void send_once(std::string_view sql, std::span<const Values> rows, Take& take) {
        auto& link = this->link();
        try {
            std::size_t queued = 0;
            for (const auto& control : std::exchange(pending_, {})) {
                link.add(control);
                ++queued;
            }
            std::vector<std::size_t> own;
            for (const auto& values : rows) {
                const auto before = statements_.add(link, sql, values);
                queued += before + 1;
                own.push_back(queued - 1);
                // What was prepared just now has to be known before it can be used again.
                if (before == 0 && own.size() < most_in_flight && &values != &rows.back())
                    continue;
                const auto results = link.run();
                if (before > 0)
                    statements_.learn(link, *results.at(queued - 2));
                for (const auto at : own)
                    take(results.at(at).get());
                own.clear();
                queued = 0;
            }
        } catch (const Error&) {
            statements_.unlearn();
            // Something may wait that was to go with a statement whose values turned out not to
            // fit.
            if (link.has_queued() && !link.is_broken())
                link.run();
            throw;
        }
    }

    void flush_pending() {
        if (pending_.empty())
            return;
        for (const auto& control : std::exchange(pending_, {}))
            link().add(control);
        link().run();
    }

    // A reader's transaction begins with its first question.
    bool is_to_begin() const { return !pending_.empty() && pending_.front().starts_with("BEGIN"); }

    // True when the innermost savepoint has not been sent yet: then it never was.
    bool drop_savepoint() {
        if (pending_.empty() || pending_.back() != "SAVEPOINT one")
            return false;
        pending_.pop_back();
        return true;
    }

    // The session broke during COMMIT: asks another one what became of the transaction. Returns
    // when it was committed.
    void find_out() {
        const auto faults = link_->faults();
        for (int asked = 0; asked < most_questions; ++asked) {
            if (asked > 0)
                rest(long_pause_ms);
            std::string state;
            try {
                open();
                state = state_of(number_);
            } catch (const Error& e) {
                if (!facts(e.code()).is_temporary)
                    throw faults.undecided();
                continue;
            }
            if (state == "committed")
                return;
            if (state == "aborted")
                throw faults.lost();
            if (state != "in progress")
                break;
        }
        throw faults.undecided();
    }

    std::string state_of(const std::string& number) {
        const auto rows = query("SELECT pg_xact_status(CAST(CAST($1 AS TEXT) AS xid8))", {number});
        return rows.at(0).maybe_text(0).value_or("");
    }

    const PostgresLibrary& library() const { return server_->library; }

    const std::shared_ptr<const PostgresServer> server_;
    const PostgresLink::Use use_;
    std::unique_ptr<PostgresLink> link_;
    PostgresStatements statements_;
    std::vector<std::string> pending_;  // transaction control that is sent with the next statement
    bool is_under_way_ = false;
    std::string number_;
};

}  // namespace

std::unique_ptr<Connection> open_postgres(
    std::shared_ptr<const PostgresServer> server, PostgresLink::Use use) {
    return std::make_unique<PostgresConnection>(std::move(server), use);
}

}  // namespace caas::store
