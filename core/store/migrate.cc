#include "core/store/migrate.h"

#include <string>

#include "core/base/error.h"

namespace caas::store {
namespace {

constexpr std::string_view create_table = R"sql(
CREATE TABLE migration (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
))sql";

std::string title(std::int64_t number, std::string_view name) {
    return std::to_string(number) + " (" + std::string(name) + ")";
}

void check_applied(const Row& row, const Migration& migration) {
    if (row.integer(0) != migration.number)
        throw Error(
            Code::storage_corrupt,
            "The database lacks migration " + title(migration.number, migration.name) +
                " although later ones were applied",
            "Restore a backup with: caas restore FILE");
    if (row.text(2) != migration.checksum)
        throw Error(
            Code::storage_corrupt,
            "Migration " + title(migration.number, migration.name) +
                " of the database is not the one this program knows",
            "Use the program that made the database, or look with: caas doctor");
}

}  // namespace

std::size_t pending(Connection& connection, std::span<const Migration> known) {
    if (!connection.has_table("migration"))
        return known.size();
    const auto applied =
        connection.query("SELECT number, name, checksum FROM migration ORDER BY number", {});
    if (!applied.empty() && (known.empty() || applied.back().integer(0) > known.back().number))
        throw Error(
            Code::storage_newer,
            "The database is of a newer version of caas (migration " +
                title(applied.back().integer(0), applied.back().text(1)) + ")",
            "Update caas, or use another home with --home DIR.");
    for (std::size_t i = 0; i < applied.size(); ++i) {
        if (i >= known.size())
            throw Error(
                Code::storage_corrupt,
                "The database has a migration that this program does not know",
                "Look with: caas doctor");
        check_applied(applied[i], known[i]);
    }
    return known.size() - applied.size();
}

void migrate(Connection& writer, std::span<const Migration> known, const Clock& clock) {
    while (pending(writer, known) > 0) {
        writer.begin();
        try {
            // Asked again under the lock: another process may have been faster.
            if (const auto left = pending(writer, known); left > 0) {
                const auto& next = known[known.size() - left];
                if (!writer.has_table("migration"))
                    writer.execute(create_table, {});
                writer.run_script(next.script);
                writer.execute(
                    R"sql(
INSERT INTO migration (number, name, checksum, applied_at)
VALUES ($1, $2, $3, $4))sql",
                    {next.number, next.name, next.checksum, clock.now()});
            }
            writer.commit();
        } catch (...) {
            writer.rollback();
            throw;
        }
    }
}

}  // namespace caas::store
