// One thin view of a database, the same for SQLite and PostgreSQL.
//
// SQL is written once in the dialect of the house rules: parameters $1…$n bound by name, columns
// TEXT, BIGINT and DOUBLE PRECISION only. A connection is for one thread at a time.
#pragma once

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

    Value(std::string_view text) : value_(std::string(text)) {}

    Value(const char* text) : value_(std::string(text)) {}

    Value(Instant instant) : value_(to_ms(instant)) {}

    template <typename Tag>
    Value(const Id<Tag>& id) : value_(id.text()) {}

    template <typename T>
    Value(const std::optional<T>& maybe) {
        if (maybe)
            *this = Value(*maybe);
    }

    // NOLINTEND(google-explicit-constructor)

    using Variant = std::variant<std::monostate, std::int64_t, double, std::string>;

    const Variant& get() const noexcept { return value_; }

  private:
    Variant value_;
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
    const std::string& text(std::size_t column) const;
    bool truth(std::size_t column) const;
    Instant instant(std::size_t column) const;
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t column) const;
    std::optional<Instant> maybe_instant(std::size_t column) const;

    template <typename Kind>
    Kind id(std::size_t column) const {
        return Kind(text(column));
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

    virtual void begin() = 0;       // takes the write lock at once
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

  private:
    Connection& connection_;
};

}  // namespace caas::store
