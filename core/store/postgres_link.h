// One session with a PostgreSQL server: sends several commands in one go and waits for their
// answers with a deadline. Knows no transactions; postgres.cc does.
//
// For one thread at a time. A link that broke stays broken: make another.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"
#include "core/store/connection.h"
#include "core/store/postgres_faults.h"
#include "core/store/postgres_library.h"

namespace caas::store {

// Where a database is, and what has to be told of it without its password.
class PostgresAddress {
  public:
    // Throws Error(invalid) for what is no postgresql:// URL (or libpq's key=value text).
    PostgresAddress(const PostgresLibrary& library, Secret url);

    const Secret& url() const { return url_; }

    // "caas at db.example.org:5433"
    const std::string& name() const { return name_; }

  private:
    Secret url_;
    std::string name_;
};

class PostgresLink {
  public:
    using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

    enum class Use : std::uint8_t { write, read };

    // Connects and sets the session up. Throws Error.
    PostgresLink(const PostgresLibrary& library, const PostgresAddress& address, Use use);
    PostgresLink(const PostgresLink&) = delete;
    PostgresLink& operator=(const PostgresLink&) = delete;
    ~PostgresLink();

    // Queue commands; nothing is sent before `run`.
    void add(const std::string& sql);
    void add_prepare(
        const std::string& name, const std::string& sql, const std::vector<Oid>& types);
    void add_describe(const std::string& name);
    void add_execute(const std::string& name, const Values& values);

    // Sends what was queued and gives an answer for each. Throws Error for the first that failed;
    // then those after it were not run.
    std::vector<Result> run();
    // The same of what is answered at once, if at all.
    std::vector<Result> run(Milliseconds most);
    // Whether the server answers at all; when it does not in time the link is broken. Nothing may
    // be queued.
    bool answers_within(Milliseconds most);
    // Sends what was queued and does not wait for the answers, which nobody asks for.
    void send_off();
    // Several statements without parameters, however long they take. Gives the last answer.
    Result run_script(const std::string& sql);
    // Whether another session's notification came, waiting for one at most so long; also ends when
    // `wake` (a descriptor) becomes readable. Throws Error(unavailable) when the link is broken.
    bool wait_for_notice(int wake, Milliseconds most);

    bool has_queued() const { return queued_ > 0; }

    bool is_broken() const { return is_broken_; }

    // Whether what failed last may be run again from the start of its transaction.
    bool is_passing() const { return is_passing_; }

    const PostgresLibrary& library() const { return library_; }

    const PostgresFaults& faults() const { return faults_; }

    // Tells databases and schemas of one server apart; the number of the writers' lock.
    std::int64_t place() const { return place_; }

    const std::string& schema() const { return schema_; }

  private:
    void set_up(Use use);
    void expect(int sent);
    void send();
    std::vector<Result> receive(std::size_t count, Milliseconds most);
    void receive_owed(Milliseconds most);
    Result run_script(const std::string& sql, Milliseconds most);
    void flush();
    void wait(short events, Milliseconds patience);
    Result next(Milliseconds patience);
    Error error_of(const PGresult* result);
    Error broken();

    const PostgresLibrary& library_;
    PostgresFaults faults_;
    PGconn* connection_ = nullptr;
    std::size_t queued_ = 0;
    std::vector<std::size_t> owed_;  // how many answers each flight that was sent off has to come
    bool is_piped_ = false;
    bool is_broken_ = false;
    bool is_passing_ = false;
    std::int64_t place_ = 0;
    std::string schema_;
};

// Throws Error(storage_corrupt) for a type that caas never stores.
Value value_of(const PostgresLibrary& library, const PGresult* result, int row, int column);
// How many rows a statement changed.
std::int64_t changed_by(const PostgresLibrary& library, PGresult* result);

// Types of parameters (pg_type.dat of PostgreSQL 15; they never change).
constexpr Oid oid_unknown = 0;
constexpr Oid oid_bigint = 20;
constexpr Oid oid_text = 25;
constexpr Oid oid_double = 701;

}  // namespace caas::store
