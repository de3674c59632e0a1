#include "core/base/error.h"
#include "core/store/postgres.h"
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

void expect_writable(Reader& reader) {
    const auto standby = reader.query("SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END", {});
    if (standby.at(0).integer(0) != 0)
        throw Error(
            Code::storage_read_only,
            "The server is a standby, which can only be read",
            "give the address of the primary server");
    const auto locked = reader.query(
        R"(SELECT tablename, quote_ident(current_user), quote_ident(schemaname)
FROM pg_tables
WHERE schemaname = current_schema()
    AND NOT (has_table_privilege(format('%I.%I', schemaname, tablename), 'INSERT')
        AND has_table_privilege(format('%I.%I', schemaname, tablename), 'UPDATE')
        AND has_table_privilege(format('%I.%I', schemaname, tablename), 'DELETE'))
ORDER BY tablename)",
        {});
    if (locked.empty())
        return;
    const auto user = locked[0].text(1);
    const auto others = locked.size() - 1;
    throw Error(
        Code::forbidden,
        "The user " + user + " may not change the table " + locked[0].text(0) +
            (others == 0 ? "" : " and " + std::to_string(others) + " more"),
        "let it own them, or as their owner: GRANT SELECT, INSERT, UPDATE, DELETE"
        " ON ALL TABLES IN SCHEMA " +
            locked[0].text(2) + " TO " + user);
}

}  // namespace caas::store
