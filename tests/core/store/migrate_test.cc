#include "core/store/migrate.h"

#include <doctest/doctest.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/store/store.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

using Known = std::vector<store::Migration>;

const store::Migration one{1, "one", "aa", "CREATE TABLE a (id TEXT); CREATE TABLE b (id TEXT);"};
const store::Migration two{2, "two", "bb", "ALTER TABLE a ADD COLUMN more TEXT;"};
const store::Migration broken{3, "broken", "cc", "CREATE TABLE c (id TEXT); NONSENSE;"};

struct Rig {
    Rig() : connector(store::sqlite(folder / "caas.db")), writer(connector->open_writer()) {}

    void migrate(const Known& known) { store::migrate(*writer, known, clock); }

    std::string refusal(const Known& known) {
        try {
            migrate(known);
        } catch (const Error& e) {
            return std::string(facts(e.code()).name);
        }
        return "fine";
    }

    std::size_t applied() { return writer->query("SELECT number FROM migration", {}).size(); }

    fake::Folder folder;
    fake::FakeClock clock;
    std::unique_ptr<store::Connector> connector;
    std::unique_ptr<store::Connection> writer;
};

TEST_CASE("pending migrations run in order, and only once") {
    Rig rig;
    CHECK(store::pending(*rig.writer, Known{one, two}) == 2);
    rig.migrate({one});
    CHECK(store::pending(*rig.writer, Known{one, two}) == 1);
    rig.migrate({one, two});
    rig.migrate({one, two});

    CHECK(rig.applied() == 2);
    CHECK(store::pending(*rig.writer, Known{one, two}) == 0);
}

TEST_CASE("a migration that fails leaves nothing behind") {
    Rig rig;
    CHECK(rig.refusal({one, two, broken}) == "internal");

    CHECK(rig.applied() == 2);
    CHECK_FALSE(rig.writer->has_table("c"));
    CHECK(store::pending(*rig.writer, Known{one, two, broken}) == 1);
}

TEST_CASE("a database of a newer version is refused") {
    Rig rig;
    rig.migrate({one, two});
    CHECK(rig.refusal({one}) == "storage_newer");
    CHECK(rig.refusal({}) == "storage_newer");
}

TEST_CASE("a changed, a left out and an unknown migration are refused") {
    Rig rig;
    rig.migrate({one, two});

    auto changed = one;
    changed.checksum = "ab";
    CHECK(rig.refusal({changed, two}) == "storage_corrupt");
    const store::Migration between{2, "between", "dd", ""};
    CHECK(rig.refusal({one, between, {3, "two", "bb", ""}}) == "storage_corrupt");
    CHECK(rig.refusal({two}) == "storage_corrupt");
}

TEST_CASE("the program's own migrations are numbered, named and carry their checksums") {
    REQUIRE_FALSE(store::migrations().empty());
    std::int64_t last = 0;
    for (const auto& migration : store::migrations()) {
        CHECK(migration.number > last);
        last = migration.number;
        CHECK_FALSE(migration.name.empty());
        CHECK(migration.checksum == sha256_hex(migration.script));
    }
}

TEST_CASE("when nothing is to do the write lock is not taken") {
    Rig rig;
    rig.migrate({one});
    rig.writer->begin();

    const auto reader = rig.connector->open_reader();
    CHECK(store::pending(*reader, Known{one}) == 0);
    CHECK_NOTHROW(store::migrate(*reader, Known{one}, rig.clock));
    rig.writer->rollback();
}

}  // namespace
}  // namespace caas
