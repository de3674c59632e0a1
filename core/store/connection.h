// One thin view of a database, the same for SQLite and PostgreSQL.
//
// SQL is written once in the dialect of the house rules: parameters $1…$n bound by name, columns
// TEXT, BIGINT and DOUBLE PRECISION only. A connection is for one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"

namespace caas::store {

// A text that needs no memory of its own: an id, a state, a word. Ends with a zero byte.
class ShortText {
  public:
    static constexpr std::size_t most = 38;

    // Of at most so many bytes.
    explicit ShortText(std::string_view text) : size_(static_cast<std::uint8_t>(text.size())) {
        std::copy_n(text.begin(), size_, bytes_.begin());
    }

    std::string_view view() const noexcept { return {bytes_.data(), size_}; }

    bool operator==(const ShortText&) const = default;

  private:
    std::array<char, most + 1> bytes_{};
    std::uint8_t size_ = 0;
};

// What may be bound to a parameter or read from a column. Instants, ids and truth values convert.
class Value {
  public:
    Value() = default;

    // NOLINTBEGIN(google-explicit-constructor): so that a list of parameters reads as SQL does
    Value(std::nullopt_t) {}

    Value(std::int64_t number) : value_(number) {}

    Value(int number) : value_(std::int64_t{number}) {}

    Value(double number) : value_(number) {}

    Value(bool truth) : value_(std::int64_t{truth ? 1 : 0}) {}

    Value(std::string text) : value_(std::move(text)) {}

    Value(std::string_view text) {
        if (text.size() <= ShortText::most)
            value_.emplace<ShortText>(text);
        else
            value_.emplace<std::string>(text);
    }

    Value(const char* text) : Value(std::string_view(text)) {}

    Value(Instant instant) : value_(to_ms(instant)) {}

    template <typename Tag>
    Value(const Id<Tag>& id) : value_(ShortText(id.view())) {}

    template <typename T>
    Value(const std::optional<T>& maybe) {
        if (maybe)
            *this = Value(*maybe);
    }

    // NOLINTEND(google-explicit-constructor)

    bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value_); }

    // nullptr when it is something else.
    const std::int64_t* integer() const noexcept { return std::get_if<std::int64_t>(&value_); }

    const double* real() const noexcept { return std::get_if<double>(&value_); }

    // A text, valid as long as this value and followed by a zero byte; nullopt when it is none.
    std::optional<std::string_view> text() const noexcept {
        if (const auto* words = std::get_if<ShortText>(&value_))
            return words->view();
        if (const auto* words = std::get_if<std::string>(&value_))
            return std::string_view(*words);
        return std::nullopt;
    }

  private:
    std::variant<std::monostate, std::int64_t, double, ShortText, std::string> value_;
};

using Values = std::vector<Value>;

// One row of an answer; columns are numbered from 0. Getters throw Error(storage_corrupt) when the
// column holds another type: SQLite would quietly store 'abc' in a BIGINT column.
class Row {
  public:
    explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}

    bool is_null(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    double real(std::size_t column) const;
    std::string text(std::size_t column) const;
    // The same as long as this row.
    std::string_view view(std::size_t column) const;
    bool truth(std::size_t column) const;
    Instant instant(std::size_t column) const;
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t column) const;
    std::optional<Instant> maybe_instant(std::size_t column) const;

    template <typename Kind>
    Kind id(std::size_t column) const {
        return Kind(view(column));
    }

    std::size_t size() const noexcept { return columns_.size(); }

  private:
    const Value& at(std::size_t column) const;

    std::vector<Value> columns_;
};

using Rows = std::vector<Row>;

// Whatever can answer a query: a connection, or a transaction under way.
class Reader {
  public:
    Reader() = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    virtual ~Reader() = default;

    // Runs one statement and returns all its rows (also of `… RETURNING`).
    virtual Rows query(std::string_view sql, const Values& values) = 0;
};

// One statement of several that travel together, run once for each of its rows.
struct Batch {
    std::string_view sql;
    std::vector<Values> rows;
    // No two of them touch the same row of a table: they may be run as one.
    bool are_apart = false;
    std::vector<std::int64_t> changed{};  // given: how many rows each of them changed
};

class Connection : public Reader {
  public:
    // Runs one statement that returns nothing; gives the number of rows it changed.
    virtual std::int64_t execute(std::string_view sql, const Values& values) = 0;
    // Runs one statement for each of `rows` and gives how many rows each changed. Where a round
    // trip costs, they travel together. What one of them throws, this throws; the rest was not run,
    // or is undone with the transaction.
    virtual std::vector<std::int64_t> execute_each(
        std::string_view sql, const std::vector<Values>& rows);
    // Runs every statement of a script without parameters (migrations).
    virtual void run_script(std::string_view sql) = 0;

    virtual void begin() = 0;       // whatever follows runs under the write lock
    virtual void begin_read() = 0;  // one unchanging state until rollback
    virtual void commit() = 0;      // durable when it returns
    virtual void rollback() = 0;    // harmless when nothing is under way

    virtual void begin_savepoint() = 0;
    virtual void release_savepoint() = 0;
    virtual void rollback_savepoint() = 0;

    virtual bool has_table(std::string_view name) = 0;
    // Store::copy_to and Store::check.
    virtual void copy_to(const std::filesystem::path& file) = 0;
    virtual std::vector<std::string> check() = 0;

    // "sqlite" or "postgres"
    virtual std::string_view engine() const = 0;

    // execute_each for several statements, in their order; where a round trip costs, all of them
    // travel together.
    virtual void execute_all(std::span<Batch> batches);
    // execute_each when nobody asks what it changed: where a round trip costs, it travels with what
    // comes next, with the COMMIT at the latest, and what goes wrong is thrown there.
    virtual void execute_later(const Batch& batch);

    // Whether the last transaction may have changed who may do what: a row of person, organization,
    // workspace, member or token.
    virtual bool has_changed_access() const { return true; }

    // Whether the transaction failed because another process kept the write lock for too long:
    // whoever would write next in it would wait as long in vain.
    virtual bool is_locked_out() const { return false; }
};

// The right to write: handed to functions by Store::write and by nothing else in the program.
class Transaction final : public Reader {
  public:
    explicit Transaction(Connection& connection) : connection_(connection) {}

    Rows query(std::string_view sql, const Values& values) override {
        return connection_.query(sql, values);
    }

    std::int64_t execute(std::string_view sql, const Values& values) {
        return connection_.execute(sql, values);
    }

    std::vector<std::int64_t> execute_each(std::string_view sql, const std::vector<Values>& rows) {
        return connection_.execute_each(sql, rows);
    }

    void execute_all(std::span<Batch> batches) { connection_.execute_all(batches); }

    void execute_later(const Batch& batch) { connection_.execute_later(batch); }

    // Whether every question costs a round trip to a server.
    bool travels() const { return connection_.engine() == "postgres"; }

  private:
    Connection& connection_;
};

}  // namespace caas::store
