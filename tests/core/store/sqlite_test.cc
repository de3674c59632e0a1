#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/core/store/child.h"
#include "tests/core/store/file_rig.h"

// What only a database in a file can do or suffer.

namespace caas {
namespace {

using fake::code_of;
using fake::count;
using fake::in_child;
using fake::mode_of;
using fake::put;
using Rig = fake::FileRig;

std::string pragma(store::Connection& connection, const std::string& name) {
    const auto row = connection.query("PRAGMA " + name, {}).at(0);
    try {
        return row.text(0);
    } catch (const Error&) {
        return std::to_string(row.integer(0));
    }
}

TEST_CASE("the file, its log and its folder are for their owner only") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    const auto file = folder / "new/home/caas.db";
    store::Store store(store::sqlite(file), clock);
    put(store, "a");

    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(file.string() + "-wal") == 0600);
    CHECK(mode_of(folder / "new/home") == 0700);
}

TEST_CASE("a writer is durable, checks keys and waits for others") {
    const Rig rig;
    const auto writer = store::sqlite(rig.file)->open_writer();

    CHECK(pragma(*writer, "journal_mode") == "wal");
    CHECK(pragma(*writer, "synchronous") == "2");
    CHECK(pragma(*writer, "foreign_keys") == "1");
    CHECK(pragma(*writer, "busy_timeout") == "5000");
    CHECK(pragma(*writer, "cache_size") == "-1000");
    // Its log is copied into the file by a SqliteCheckpointer.
    CHECK(pragma(*writer, "wal_autocheckpoint") == "0");
    CHECK(pragma(*writer, "journal_size_limit") == "16777216");
}

TEST_CASE("a commit tells whether it may have changed who may do what") {
    const Rig rig;
    auto store = rig.open();
    const auto changes = [&] { return store.access_changes(); };
    const auto execute = [&](const std::string& sql) {
        store.write([&](store::Transaction& transaction) { transaction.execute(sql, {}); });
    };
    put(store, "a");
    auto before = changes();

    execute("INSERT INTO fact (name, value) VALUES ('tokens', 'no')");
    CHECK(changes() == before);

    for (const auto* sql :
         {"UPDATE organization SET disabled_at = 1 WHERE id = 'a'",
          "INSERT INTO person (id, name, created_at) VALUES ('p', 'P', 0)",
          "INSERT INTO workspace (id, organization_id, name, zone, created_at) "
          "VALUES ('w', 'a', 'W', 'UTC', 0)",
          "INSERT INTO member (organization_id, person_id, role, created_at) "
          "VALUES ('a', 'p', 'owner', 0)",
          "INSERT INTO token (id, organization_id, person_id, name, scope, digest, prefix, "
          "created_at) VALUES ('t', 'a', 'p', 'T', 'read', 'd', 'c', 0)"}) {
        execute(sql);
        CHECK(changes() == ++before);
    }
    execute("UPDATE organization SET disabled_at = NULL WHERE id = 'nobody'");
    CHECK(changes() == before);
    // Whatever goes with it is gone too.
    execute("DELETE FROM organization WHERE id = 'a'");
    CHECK(changes() == ++before);

    // What is not told is taken for a change.
    CHECK_THROWS(execute("INSERT INTO fact (name, value) VALUES ('tokens', 'again')"));
    CHECK(changes() > before);
}

TEST_CASE("closing the last writer leaves one file") {
    const Rig rig;
    {
        auto store = rig.open();
        put(store, "a");
        CHECK(count(store) == 1);
    }
    CHECK_FALSE(std::filesystem::exists(rig.file.string() + "-wal"));
}

TEST_CASE("there is no reader of a database that is not there") {
    const fake::Folder folder;
    CHECK(store::sqlite(folder / "none.db")->open_reader() == nullptr);
    CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
    write_file(folder / "empty.db", "");
    CHECK(store::sqlite(folder / "empty.db")->open_reader() == nullptr);
}

TEST_CASE("a file that is no database is refused and left alone") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    const std::string text = "Dear diary, this is not a database at all." + std::string(2000, '.');
    write_file(folder / "caas.db", text);

    CHECK(code_of([&] {
              store::Store(store::sqlite(folder / "caas.db"), clock);
          }) == "storage_corrupt");
    CHECK(code_of([&] { store::sqlite(folder / "caas.db")->open_writer(); }) == "storage_corrupt");
    CHECK(read_file(folder / "caas.db", 10000) == text);
}

TEST_CASE("a database of another program is refused and left alone") {
    const Rig rig;
    const auto writer = store::sqlite(rig.file)->open_writer();
    writer->run_script("PRAGMA application_id = 0");

    CHECK(code_of([&] { rig.open(); }) == "storage_corrupt");
    CHECK(code_of([&] { store::sqlite(rig.file)->open_writer(); }) == "storage_corrupt");
    writer->run_script("PRAGMA application_id = 77");
    CHECK(code_of([&] { rig.open(); }) == "storage_corrupt");
}

TEST_CASE("a database of a newer version is refused") {
    const Rig rig;
    store::sqlite(rig.file)->open_writer()->execute(
        "INSERT INTO migration (number, name, checksum, applied_at) VALUES (9999, 'later', '', 0)",
        {});

    try {
        rig.open();
        FAIL("opened");
    } catch (const Error& e) {
        CHECK(e.code() == Code::storage_newer);
        CHECK(std::string(e.what()).find("9999 (later)") != std::string::npos);
        CHECK_FALSE(e.hint().empty());
    }
}

TEST_CASE("damage is found by reading, by the check, and named with what helps") {
    const Rig rig;
    {
        auto store = rig.open();
        for (int i = 0; i < 100; ++i)
            put(store, std::to_string(i), std::string(10'000, 'x'));
        CHECK(store.check().empty());
    }
    const auto size = std::filesystem::file_size(rig.file);
    {
        std::fstream file(rig.file, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(size / 3 * 2));
        file << std::string(size / 4, '\x7f');
    }

    auto store = rig.open();
    try {
        store.read([](store::Reader& reader) { reader.query("SELECT * FROM organization", {}); });
        FAIL("read");
    } catch (const Error& e) {
        CHECK(e.code() == Code::storage_corrupt);
        CHECK(e.hint().find("caas restore") != std::string::npos);
        CHECK(e.hint().find("caas doctor") != std::string::npos);
    }
    CHECK_FALSE(store.check().empty());
}

TEST_CASE("a reference to what is not there is found by the check") {
    const Rig rig;
    {
        const auto writer = store::sqlite(rig.file)->open_writer();
        writer->run_script(
            "PRAGMA foreign_keys = OFF;"
            "INSERT INTO workspace (id, organization_id, name, zone, created_at)"
            " VALUES ('w', 'nobody', 'w', 'UTC', 0)");
    }
    const auto faults = rig.open().check();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0] == "a row of workspace refers to one of organization that is not there");
}

TEST_CASE("a word that a column may not hold is found by the check") {
    const Rig rig;
    {
        const auto writer = store::sqlite(rig.file)->open_writer();
        writer->run_script(
            "PRAGMA foreign_keys = OFF;"
            "INSERT INTO member (organization_id, person_id, role, created_at)"
            " VALUES ('o', 'p', 'emperor', 0); PRAGMA foreign_keys = ON");
    }
    const auto faults = rig.open().check();
    REQUIRE_FALSE(faults.empty());
    CHECK(faults[0] == "CHECK constraint failed in member");
}

TEST_CASE("a read-only disk can be read, and a write says so") {
    const Rig rig;
    {
        auto store = rig.open();
        put(store, "a");
    }
    std::filesystem::permissions(rig.file, std::filesystem::perms(0444));
    std::filesystem::permissions(rig.folder.path(), std::filesystem::perms(0555));
    const auto said = in_child([&]() -> std::string {
        if (!fake::become_nobody())
            return "no rights to give up";
        auto store = rig.open();
        if (count(store) != 1)
            return "read wrong";
        const auto first = code_of([&] { put(store, "b"); });
        return first + " " + std::to_string(count(store));
    });
    std::filesystem::permissions(rig.folder.path(), std::filesystem::perms(0755));

    CHECK(said == "storage_read_only 1");
    CHECK_FALSE(std::filesystem::exists(rig.file.string() + "-wal"));
}

// A child that is killed leaves its log behind, with a row that waits in it.
void leave_log(const Rig& rig) {
    CHECK(in_child([&]() -> std::string {
              auto store = rig.open();
              put(store, "a");
              ::kill(::getpid(), SIGKILL);
              return "alive";
          }) == "killed");
    REQUIRE(std::filesystem::file_size(rig.file.string() + "-wal") > 0);
}

TEST_CASE("a read-only folder whose log waits to be applied is not read wrongly") {
    const Rig rig;
    leave_log(rig);
    std::filesystem::remove(rig.file.string() + "-shm");
    for (const auto* suffix : {"", "-wal"})
        std::filesystem::permissions(rig.file.string() + suffix, std::filesystem::perms(0444));
    std::filesystem::permissions(rig.folder.path(), std::filesystem::perms(0555));
    const auto said = in_child([&]() -> std::string {
        if (!fake::become_nobody())
            return "no rights to give up";
        return code_of([&] {
            auto store = rig.open();
            if (count(store) != 1)
                throw std::runtime_error("read wrong");
        });
    });
    std::filesystem::permissions(rig.folder.path(), std::filesystem::perms(0755));

    CHECK(said == "storage_read_only");
    std::filesystem::permissions(rig.file, std::filesystem::perms(0600));
    std::filesystem::permissions(rig.file.string() + "-wal", std::filesystem::perms(0600));
    auto store = rig.open();
    CHECK(count(store) == 1);
}

TEST_CASE("a database of somebody else is forbidden") {
    const Rig rig;
    std::filesystem::permissions(rig.folder.path(), std::filesystem::perms(0755));
    const auto said = in_child([&]() -> std::string {
        if (!fake::become_nobody())
            return "no rights to give up";
        return code_of([&] { rig.open(); }) + " " +
               code_of([&] { store::sqlite(rig.file)->open_writer(); });
    });
    // Whoever runs the tests without being root owns the file, and may open it.
    CHECK(said == (::geteuid() == 0 ? "forbidden forbidden" : "fine fine"));
}

TEST_CASE("a folder that cannot be made is named") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    write_file(folder / "file", "x");
    CHECK(code_of([&] { store::Store(store::sqlite(folder / "file/caas.db"), clock); }) != "fine");
}

TEST_CASE("a full disk stores nothing by halves, and space brings it back to work") {
    const Rig rig;
    const auto said = in_child([&]() -> std::string {
        auto store = rig.open();
        put(store, "before");
        fake::limit_files(std::filesystem::file_size(rig.file.string() + "-wal") + 100'000);
        int stored = 0;
        std::string failure;
        for (int i = 0; i < 100 && failure.empty(); ++i) {
            failure = code_of([&] { put(store, std::to_string(i), std::string(10'000, 'x')); });
            if (failure == "fine") {
                failure.clear();
                ++stored;
            }
        }
        if (count(store) != static_cast<std::size_t>(stored + 1))
            return "stored by halves";
        const auto still = code_of([&] { put(store, "more", std::string(1'000'000, 'x')); });
        fake::limit_files(RLIM_INFINITY);
        const auto after = code_of([&] { put(store, "after", std::string(1'000'000, 'x')); });
        return failure + " " + still + " " + after + " " +
               (store.check().empty() ? "whole" : "broken");
    });

    CHECK(said == "storage_full storage_full fine whole");
}

TEST_CASE("a full disk can be read, and a write says that it is full until there is space") {
    const Rig rig;
    {
        auto store = rig.open();
        put(store, "a");
    }
    const auto said = in_child([&]() -> std::string {
        fake::limit_files(0);
        auto store = rig.open();
        const auto at_first = std::to_string(count(store));
        const auto refused = code_of([&] { put(store, "b"); });
        const auto inside =
            store.read([&](store::Reader&) { return code_of([&] { put(store, "c"); }); });
        const auto still = std::to_string(count(store));
        fake::limit_files(RLIM_INFINITY);
        const auto after = code_of([&] { put(store, "d"); });
        return at_first + " " + refused + " " + inside + " " + still + " " + after + " " +
               std::to_string(count(store));
    });

    CHECK(said == "1 storage_full storage_full 1 fine 2");
}

TEST_CASE("a full disk is read with what waits in the log, and follows other processes") {
    const Rig rig;
    leave_log(rig);
    const auto said = in_child([&]() -> std::string {
        fake::limit_files(4096);
        auto store = rig.open();
        const auto before = std::to_string(count(store));
        fake::limit_files(RLIM_INFINITY);
        const auto other = in_child([&]() -> std::string {
            auto theirs = rig.open();
            return code_of([&] { put(theirs, "b"); });
        });
        return before + " " + other + " " + std::to_string(count(store));
    });

    CHECK(said == "1 fine 2");
}

TEST_CASE("a name with signs of an address is a plain file name") {
    const fake::Folder folder;
    const fake::FakeClock clock;
    const auto file = folder / "a?b#c%20d.db";
    {
        store::Store store(store::sqlite(file), clock);
        put(store, "a");
    }
    CHECK(std::filesystem::exists(file));
    std::filesystem::permissions(file, std::filesystem::perms(0444));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    const auto said = in_child([&]() -> std::string {
        if (!fake::become_nobody())
            return "no rights to give up";
        store::Store store(store::sqlite(file), clock);
        return std::to_string(count(store));
    });
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    CHECK(said == "1");
}

TEST_CASE("text in a column for numbers is noticed when it is read") {
    const Rig rig;
    auto store = rig.open();
    put(store, "a");
    store.write([](store::Transaction& transaction) {
        transaction.execute("UPDATE organization SET created_at = 'abc'", {});
    });

    CHECK(code_of([&] {
              store.read([](store::Reader& reader) {
                  return reader.query("SELECT created_at FROM organization", {}).at(0).integer(0);
              });
          }) == "storage_corrupt");
}

}  // namespace
}  // namespace caas
