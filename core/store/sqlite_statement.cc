#include "core/store/sqlite_statement.h"

#include <cstdint>
#include <new>
#include <utility>

#include <SQLiteCpp/Exception.h>

#include "core/base/error.h"

namespace caas::store {
namespace {

// Only one statement: what follows the first semicolon SQLite would drop without a word.
std::string_view single(std::string_view sql) {
    const auto last = sql.find_last_not_of("; \n\t");
    const auto body = sql.substr(0, last == std::string_view::npos ? 0 : last + 1);
    if (body.empty() || body.find(';') != std::string_view::npos)
        throw Error(Code::internal, "Exactly one statement was expected");
    return body;
}

void bind(sqlite3_stmt* statement, int index, const Value& value) {
    if (index == 0)
        throw Error(Code::internal, "The parameters of a statement are not $1 to $n");
    int code = SQLITE_OK;
    if (const auto* number = value.integer())
        code = sqlite3_bind_int64(statement, index, *number);
    else if (const auto* real = value.real())
        code = sqlite3_bind_double(statement, index, *real);
    else if (const auto text = value.text())
        code = sqlite3_bind_text64(
            statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    else
        code = sqlite3_bind_null(statement, index);
    if (code != SQLITE_OK)
        throw SQLite::Exception(sqlite3_db_handle(statement), code);
}

// Also when the constructor of Use throws.
void end_use(sqlite3_stmt* statement) noexcept {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

}  // namespace

std::unique_ptr<Prepared> prepare_statement(sqlite3* connection, std::string_view sql) {
    auto made = std::make_unique<Prepared>();
    made->sql = sql;
    const std::string body(single(sql));
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        connection,
        body.c_str(),
        static_cast<int>(body.size()),
        SQLITE_PREPARE_PERSISTENT,
        &statement,
        nullptr);
    made->statement.reset(statement);
    if (code != SQLITE_OK)
        throw SQLite::Exception(connection, code);
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i)
        made->indices.push_back(
            sqlite3_bind_parameter_index(statement, ("$" + std::to_string(i)).c_str()));
    return made;
}

Use::Use(const Prepared& prepared, const Values& values) : statement_(prepared.statement.get()) {
    const auto& indices = prepared.indices;
    if (indices.size() != values.size())
        throw Error(
            Code::internal,
            "A statement has " + std::to_string(indices.size()) + " parameters but was given " +
                std::to_string(values.size()));
    try {
        for (std::size_t i = 0; i < values.size(); ++i)
            bind(statement_, indices[i], values[i]);
    } catch (...) {
        end_use(statement_);
        throw;
    }
}

Use::~Use() {
    end_use(statement_);
}

bool Use::step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        throw SQLite::Exception(sqlite3_db_handle(statement_), code);
    return code == SQLITE_ROW;
}

Value Use::value(int column) const {
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_NULL:
            return {};
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(statement_, column)};
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement_, column);
        case SQLITE_TEXT: {
            // The text first: asking for its length may not come before (sqlite.org/c3ref).
            const auto* text = sqlite3_column_text(statement_, column);
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
            if (text == nullptr)
                throw std::bad_alloc();
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): SQLite's bytes are ours
            return std::string_view(reinterpret_cast<const char*>(text), size);
        }
        default:
            throw Error(
                Code::storage_corrupt,
                "The database holds bytes where caas stores none",
                "Look with: caas doctor");
    }
}

}  // namespace caas::store
