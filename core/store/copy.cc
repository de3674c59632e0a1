#include "core/store/copy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>
#include <utility>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/store/migrate.h"
#include "core/store/sqlite_connection.h"

namespace caas::store {
namespace {

constexpr std::int64_t rows_at_once = 500;

struct Column {
    std::string name;
    std::string type;      // TEXT, BIGINT or DOUBLE PRECISION
    std::int64_t key = 0;  // its place in the primary key, from 1; 0: not part of it
};

struct Table {
    std::string name;
    std::vector<Column> columns;
    std::set<std::string> needs;  // the tables its rows refer to
};

// The schema as the migrations make it, read from an empty database in memory: the same for every
// engine.
std::vector<Table> read_schema(const Clock& clock) {
    const auto memory = open_sqlite(":memory:", SqliteMode::write, SqliteFaults("memory.db"));
    migrate(*memory, migrations(), clock);
    std::vector<Table> tables;
    for (const auto& row : memory->query(
             R"(SELECT name
FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'migration'
ORDER BY name)",
             {})) {
        Table table;
        table.name = row.text(0);
        for (const auto& column : memory->query("PRAGMA table_info(" + table.name + ")", {}))
            table.columns.push_back({column.text(1), column.text(2), column.integer(5)});
        for (const auto& key : memory->query("PRAGMA foreign_key_list(" + table.name + ")", {})) {
            if (key.text(2) != table.name)
                table.needs.insert(key.text(2));
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

// Those that are referred to come first.
std::vector<Table> in_order(std::vector<Table> tables) {
    std::vector<Table> ordered;
    std::set<std::string> done;
    while (!tables.empty()) {
        const auto next = std::ranges::find_if(
            tables, [&](const Table& table) { return std::ranges::includes(done, table.needs); });
        if (next == tables.end())
            throw Error(
                Code::internal, "The tables of the database refer to each other in a circle");
        done.insert(next->name);
        ordered.push_back(std::move(*next));
        tables.erase(next);
    }
    return ordered;
}

// "a, b, c" of what `text` gives for each column that `is_wanted`, in the order of the key.
template <typename Text>
std::string joined(const std::vector<Column>& columns, Text text) {
    std::string out;
    for (const auto& column : columns)
        out += (out.empty() ? "" : ", ") + text(column);
    return out;
}

std::vector<Column> key_of(const Table& table) {
    std::vector<Column> key;
    std::ranges::copy_if(table.columns, std::back_inserter(key), [](const Column& column) {
        return column.key > 0;
    });
    std::ranges::sort(key, {}, &Column::key);
    if (key.empty())
        throw Error(Code::internal, "The table " + table.name + " has no primary key");
    return key;
}

std::string parameters(std::size_t count) {
    std::string out;
    for (std::size_t i = 1; i <= count; ++i)
        out += (i == 1 ? "$" : ", $") + std::to_string(i);
    return out;
}

Value value_in(const Row& row, std::size_t at, const Column& column) {
    if (row.is_null(at))
        return {};
    if (column.type == "TEXT")
        return row.text(at);
    if (column.type == "BIGINT")
        return row.integer(at);
    return row.real(at);
}

// Calls `take(Values)` for each row of the table, page by page.
template <typename Take>
void each_page(Connection& connection, const Table& table, Take take) {
    const auto key = key_of(table);
    const auto names = joined(table.columns, [](const Column& column) { return column.name; });
    const auto order = joined(key, [](const Column& column) { return column.name; });
    const auto select = "SELECT " + names + " FROM " + table.name;
    const auto tail = " ORDER BY " + order + " LIMIT " + std::to_string(rows_at_once);
    const auto first = select + tail;
    const auto further =
        select + " WHERE (" + order + ") > (" + parameters(key.size()) + ")" + tail;
    Values last;
    while (true) {
        const auto rows = connection.query(last.empty() ? first : further, last);
        if (rows.empty())
            return;
        std::vector<Values> page;
        page.reserve(rows.size());
        for (const auto& row : rows) {
            Values values;
            for (std::size_t i = 0; i < table.columns.size(); ++i)
                values.push_back(value_in(row, i, table.columns[i]));
            page.push_back(std::move(values));
        }
        last.clear();
        for (const auto& part : key) {
            const auto at = std::ranges::find(table.columns, part.name, &Column::name);
            last.push_back(
                page.back()[static_cast<std::size_t>(std::distance(table.columns.begin(), at))]);
        }
        take(std::move(page));
        if (rows.size() < static_cast<std::size_t>(rows_at_once))
            return;
    }
}

// Stands for a set of rows whatever their order, which the engines' collations may see differently.
class Digest {
  public:
    void add(const Values& row) {
        std::string text;
        for (const auto& value : row)
            add(text, value);
        const auto bytes = sha256(text);
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            std::uint64_t part = 0;
            std::memcpy(&part, bytes.data() + i * sizeof part, sizeof part);
            sums_.at(i) += part;
        }
        ++rows_;
    }

    std::int64_t rows() const { return rows_; }

    bool operator==(const Digest&) const = default;

  private:
    // With its length, so that no two rows read alike.
    static void add(std::string& text, const Value& value) {
        std::string one;
        if (const auto* number = value.integer()) {
            one = "n" + std::to_string(*number);
        } else if (const auto* real = value.real()) {
            std::array<char, 64> digits{};
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *real).ptr;
            one = "r" + std::string(digits.data(), end);
        } else if (const auto words = value.text()) {
            one = "t" + std::string(*words);
        }
        text += std::to_string(one.size()) + ":" + one;
    }

    std::array<std::uint64_t, 4> sums_{};
    std::int64_t rows_ = 0;
};

Digest copy_table(Connection& reader, Connection& writer, const Table& table) {
    const auto insert = "INSERT INTO " + table.name + " (" +
                        joined(table.columns, [](const Column& column) { return column.name; }) +
                        ") VALUES (" + parameters(table.columns.size()) + ")";
    Digest digest;
    try {
        each_page(reader, table, [&](const std::vector<Values>& page) {
            for (const auto& values : page)
                digest.add(values);
            writer.execute_each(insert, page);
        });
    } catch (const Error& e) {
        if (e.code() != Code::invalid)
            throw;
        throw Error(
            e.code(), "In the table " + table.name + ": " + std::string(e.what()), e.hint());
    }
    return digest;
}

Digest digest_of(Connection& connection, const Table& table) {
    Digest digest;
    each_page(connection, table, [&](const std::vector<Values>& page) {
        for (const auto& values : page)
            digest.add(values);
    });
    return digest;
}

void require_empty(Connection& writer, const std::vector<Table>& tables) {
    for (const auto& table : tables) {
        if (writer.has_table(table.name) &&
            !writer.query("SELECT 1 FROM " + table.name + " LIMIT 1", {}).empty())
            throw Error(
                Code::conflict,
                "The database to copy into is not empty (table " + table.name + ")",
                "Give a new one: a copy never mixes with what is there.");
    }
}

std::vector<CopiedTable> copy_tables(
    Connection& reader, Connection& writer, const std::vector<Table>& tables) {
    require_empty(writer, tables);
    std::vector<std::pair<const Table*, Digest>> copied;
    for (const auto& table : tables)
        copied.emplace_back(&table, copy_table(reader, writer, table));
    std::vector<CopiedTable> facts;
    for (const auto& [table, digest] : copied) {
        if (digest_of(writer, *table) != digest)
            throw Error(
                Code::storage_corrupt,
                "The copy of the table " + table->name + " differs from its original",
                "Nothing was copied. Look with: caas db check");
        facts.push_back({table->name, digest.rows()});
    }
    return facts;
}

}  // namespace

std::vector<CopiedTable> copy_database(Connector& from, Connector& to, const Clock& clock) {
    const auto reader = from.open_reader();
    if (reader == nullptr || !reader->has_table("migration"))
        throw Error(Code::not_found, "There is no database of caas to copy from");
    if (pending(*reader, migrations()) > 0)
        throw Error(
            Code::conflict,
            "The database to copy from is of an older version of caas",
            "Bring it up to date first: caas db migrate");
    const auto tables = in_order(read_schema(clock));
    const auto writer = to.open_writer();
    // Before its schema is touched, which an older caas may work with, and again under the lock.
    require_empty(*writer, tables);
    migrate(*writer, migrations(), clock);
    reader->begin_read();
    writer->begin();
    try {
        auto facts = copy_tables(*reader, *writer, tables);
        writer->commit();
        reader->rollback();
        return facts;
    } catch (...) {
        writer->rollback();
        throw;
    }
}

}  // namespace caas::store
