#include "core/store/copy.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/store/migrate.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

// A database with rows of several tables, and a place for the copy. On PostgreSQL, where the tests
// run there, the copy goes from SQLite to it and back.
struct Rig {
    Rig() {
        store::Store store(store::sqlite(file), clock);
        store.write([](store::Transaction& transaction) {
            transaction.execute(
                "INSERT INTO organization (id, name, slug, created_at) VALUES ('o', $1, 'o', 1)",
                {"Größe 'x' \xf0\x9f\x98\x80"});
            transaction.execute(
                "INSERT INTO workspace (id, organization_id, name, zone, created_at) "
                "VALUES ('w', 'o', 'W', 'UTC', 2)",
                {});
            for (int i = 0; i < 1201; ++i)
                transaction.execute(
                    "INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at, "
                    "deleted_at) VALUES ($1, 'w', $2, 1, $3, 0, $4)",
                    {"c" + std::to_string(i),
                     std::string(static_cast<std::size_t>(i % 50), 'x'),
                     std::int64_t{1} << (i % 60),
                     i % 7 == 0 ? store::Value(i) : store::Value()});
        });
    }

    std::vector<store::CopiedTable> copy(store::Connector& from, store::Connector& to) const {
        return store::copy_database(from, to, clock);
    }

    Code refusal(store::Connector& from, store::Connector& to) const {
        try {
            copy(from, to);
        } catch (const Error& e) {
            return e.code();
        }
        FAIL("accepted");
        return Code::internal;
    }

    static std::int64_t rows_of(const std::vector<store::CopiedTable>& tables, const char* name) {
        for (const auto& table : tables) {
            if (table.name == name)
                return table.rows;
        }
        return -1;
    }

    static std::int64_t count(store::Connector& connector, const std::string& table) {
        return connector.open_reader()->query("SELECT count(*) FROM " + table, {}).at(0).integer(0);
    }

    fake::FakeClock clock;
    fake::Folder folder;
    std::filesystem::path file = folder / "from.db";
    fake::Database place{folder.path(), fake::PostgresSchema::Kind::empty};
};

TEST_CASE("a copy has every row, there and back again") {
    const Rig rig;
    const auto from = store::sqlite(rig.file);
    const auto to = rig.place.connector();
    const auto there = rig.copy(*from, *to);
    CHECK(Rig::rows_of(there, "content") == 1201);
    CHECK(Rig::rows_of(there, "post") == 0);
    CHECK(Rig::count(*to, "content") == 1201);

    const auto back = store::sqlite(rig.folder / "back.db");
    CHECK(Rig::rows_of(rig.copy(*to, *back), "content") == 1201);
    const auto rows = back->open_reader()->query("SELECT name FROM organization", {});
    CHECK(rows.at(0).text(0) == "Größe 'x' \xf0\x9f\x98\x80");
}

TEST_CASE("a copy is refused where something is, and changes nothing there") {
    const Rig rig;
    const auto from = store::sqlite(rig.file);
    const auto to = rig.place.connector();
    rig.copy(*from, *to);
    CHECK(rig.refusal(*from, *to) == Code::conflict);
    CHECK(Rig::count(*to, "content") == 1201);
}

TEST_CASE("a copy that is refused leaves the schema that an older program works with") {
    const Rig rig;
    const auto from = store::sqlite(rig.file);
    const auto to = rig.place.connector();
    const auto older = store::migrations().first(store::migrations().size() - 1);
    {
        const auto writer = to->open_writer();
        store::migrate(*writer, older, rig.clock);
        writer->execute(
            "INSERT INTO organization (id, name, slug, created_at) VALUES ('p', 'P', 'p', 1)", {});
    }

    CHECK(rig.refusal(*from, *to) == Code::conflict);
    CHECK(Rig::count(*to, "migration") == static_cast<std::int64_t>(older.size()));
}

TEST_CASE("a copy of what is not there is refused") {
    const Rig rig;
    const auto from = store::sqlite(rig.folder / "none.db");
    const auto to = rig.place.connector();
    CHECK(rig.refusal(*from, *to) == Code::not_found);
}

TEST_CASE("a row that cannot be stored leaves the target empty") {
    const Rig rig;
    store::sqlite(rig.file)->open_writer()->run_script(
        "UPDATE content SET latest = 'many' WHERE id = 'c1200'");
    const auto from = store::sqlite(rig.file);
    const auto to = rig.place.connector();
    CHECK(rig.refusal(*from, *to) == Code::storage_corrupt);
    CHECK(Rig::count(*to, "content") == 0);
    CHECK(Rig::count(*to, "organization") == 0);
}

}  // namespace
}  // namespace caas
