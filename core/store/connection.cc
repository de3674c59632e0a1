#include "core/store/connection.h"

#include "core/base/error.h"

namespace caas::store {
namespace {

[[noreturn]] void wrong_type(std::size_t column, std::string_view wanted) {
    throw Error(
        Code::storage_corrupt,
        "The database holds something else than " + std::string(wanted) + " (column " +
            std::to_string(column) + " of an answer)",
        "Look with: caas doctor");
}

}  // namespace

const Value& Row::at(std::size_t column) const {
    if (column >= columns_.size())
        throw Error(Code::internal, "An answer of the database has too few columns");
    return columns_[column];
}

bool Row::is_null(std::size_t column) const {
    return at(column).is_null();
}

std::int64_t Row::integer(std::size_t column) const {
    if (const auto* number = at(column).integer())
        return *number;
    wrong_type(column, "a whole number");
}

double Row::real(std::size_t column) const {
    if (const auto* number = at(column).real())
        return *number;
    if (const auto* number = at(column).integer())
        return static_cast<double>(*number);
    wrong_type(column, "a number");
}

std::string Row::text(std::size_t column) const {
    return std::string(view(column));
}

std::string_view Row::view(std::size_t column) const {
    if (const auto text = at(column).text())
        return *text;
    wrong_type(column, "a text");
}

bool Row::truth(std::size_t column) const {
    const auto number = integer(column);
    if (number != 0 && number != 1)
        wrong_type(column, "0 or 1");
    return number == 1;
}

Instant Row::instant(std::size_t column) const {
    return from_ms(integer(column));
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<Instant> Row::maybe_instant(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(instant(column));
}

std::vector<std::int64_t> Connection::execute_each(
    std::string_view sql, const std::vector<Values>& rows) {
    std::vector<std::int64_t> changed;
    changed.reserve(rows.size());
    for (const auto& values : rows)
        changed.push_back(execute(sql, values));
    return changed;
}

void Connection::execute_all(std::span<Batch> batches) {
    for (auto& batch : batches)
        batch.changed = execute_each(batch.sql, batch.rows);
}

void Connection::execute_later(const Batch& batch) {
    execute_each(batch.sql, batch.rows);
}

}  // namespace caas::store
