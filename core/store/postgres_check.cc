#include "core/base/error.h"
#include "core/store/postgres_connection.h"

namespace caas::store {

std::vector<std::string> check_postgres(Reader& reader) {
    std::vector<std::string> faults;
    for (const auto& row : reader.query(
             R"(SELECT c.relname
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT i.indisvalid
ORDER BY c.relname)",
             {}))
        faults.push_back("the index " + row.text(0) + " is not valid");
    for (const auto& row : reader.query(
             R"(SELECT c.conname
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname = current_schema() AND NOT c.convalidated
ORDER BY c.conname)",
             {}))
        faults.push_back("the rule " + row.text(0) + " was never checked");
    const auto tables = reader.query(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
        {});
    for (const auto& row : tables) {
        try {
            // Of every row all of it: to count them an index may be enough.
            reader.query("SELECT sum(length(CAST(t AS TEXT))) FROM \"" + row.text(0) + "\" t", {});
        } catch (const Error& e) {
            if (e.code() != Code::storage_corrupt)
                throw;
            faults.push_back("the table " + row.text(0) + " is damaged");
        }
    }
    return faults;
}

}  // namespace caas::store
