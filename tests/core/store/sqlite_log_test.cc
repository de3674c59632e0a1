#include "core/store/sqlite_log.h"

#include <array>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/store/sqlite_connection.h"
#include "tests/fake/folder.h"

namespace caas::store {
namespace {

struct Rig {
    Rig() {
        writer->run_script(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
            "PRAGMA cache_size = 20; CREATE TABLE thing (number INTEGER PRIMARY KEY, text TEXT)");
    }

    std::unique_ptr<Connection> open(SqliteMode mode) const {
        if (!std::filesystem::exists(file))
            std::ofstream(file).flush();
        return open_sqlite(file.string(), mode, faults);
    }

    // A page each.
    void insert(int first, int count) const {
        for (int i = first; i < first + count; ++i)
            writer->execute("INSERT INTO thing VALUES ($1, hex(zeroblob(1900)))", {i});
    }

    static std::int64_t count(Connection& connection) {
        return connection.query("SELECT count(*) FROM thing WHERE length(text) = 3800", {})
            .at(0)
            .integer(0);
    }

    fake::Folder folder;
    std::filesystem::path file = folder / "caas.db";
    std::filesystem::path log = folder / "caas.db-wal";
    SqliteFaults faults{file};
    std::unique_ptr<Connection> writer = open(SqliteMode::write);
};

TEST_CASE("what is committed is in the log, whole, and others see it") {
    const Rig rig;
    const auto reader = rig.open(SqliteMode::read);
    rig.writer->begin();
    rig.insert(0, 5);
    rig.writer->commit();
    CHECK(Rig::count(*reader) == 5);

    // Another program that finds the files as they are, as after a power cut.
    const auto elsewhere = rig.folder / "copy.db";
    std::filesystem::copy_file(rig.file, elsewhere);
    std::filesystem::copy_file(rig.log, rig.folder / "copy.db-wal");
    const auto copy = open_sqlite(elsewhere.string(), SqliteMode::write, SqliteFaults(elsewhere));
    CHECK(Rig::count(*copy) == 5);
    CHECK(copy->check().empty());
}

TEST_CASE("a transaction larger than the cache reads and changes again what it wrote") {
    const Rig rig;
    rig.writer->begin();
    rig.insert(0, 300);
    CHECK(Rig::count(*rig.writer) == 300);
    rig.writer->execute("UPDATE thing SET text = hex(zeroblob(1900)) WHERE number % 3 = 0", {});
    rig.writer->execute("DELETE FROM thing WHERE number % 2 = 1", {});
    rig.insert(1000, 50);
    CHECK(Rig::count(*rig.writer) == 200);
    rig.writer->commit();
    CHECK(Rig::count(*rig.open(SqliteMode::read)) == 200);
    CHECK(rig.writer->check().empty());
}

TEST_CASE(
    "what is rolled back after it reached the log is not seen, and the next commit is whole") {
    const Rig rig;
    rig.writer->begin();
    rig.insert(0, 10);
    rig.writer->commit();
    rig.writer->begin();
    rig.insert(100, 300);
    rig.writer->rollback();
    rig.writer->begin();
    rig.insert(50, 5);
    rig.writer->commit();
    CHECK(Rig::count(*rig.open(SqliteMode::read)) == 15);
    CHECK(rig.writer->check().empty());
}

TEST_CASE("what was spilled and rolled back never reaches the log over another's commit") {
    Rig rig;
    rig.writer->run_script("PRAGMA cache_size = 10; PRAGMA wal_checkpoint");
    rig.writer->begin();
    rig.insert(0, 35);
    rig.writer->rollback();
    const auto other = rig.open(SqliteMode::write);
    other->run_script("PRAGMA synchronous = FULL");
    other->begin();
    for (int i = 0; i < 35; ++i)
        other->execute("INSERT INTO thing VALUES ($1, hex(zeroblob(1900)))", {i});
    other->commit();

    SUBCASE("and a reader finds it") {
        CHECK(Rig::count(*rig.writer) == 35);
        CHECK(Rig::count(*other) == 35);
        CHECK(other->check().empty());
    }
    SUBCASE("and it is there after a power cut") {
        rig.writer = nullptr;
        const auto elsewhere = rig.folder / "copy.db";
        std::filesystem::copy_file(rig.file, elsewhere);
        std::filesystem::copy_file(rig.log, rig.folder / "copy.db-wal");
        const auto copy =
            open_sqlite(elsewhere.string(), SqliteMode::write, SqliteFaults(elsewhere));
        CHECK(Rig::count(*copy) == 35);
    }
}

// Counts the calls by which SQLite writes, while it lives.
class Calls {
  public:
    Calls() {
        for (const auto* name : names)
            vfs_->xSetSystemCall(
                vfs_, name, reinterpret_cast<sqlite3_syscall_ptr>(&Calls::write));  // NOLINT
        count_ = 0;
    }

    Calls(const Calls&) = delete;
    Calls& operator=(const Calls&) = delete;

    ~Calls() {
        for (const auto* name : names)
            vfs_->xSetSystemCall(vfs_, name, nullptr);
    }

    static int count() { return count_; }

  private:
    static constexpr std::array names{"pwrite", "pwrite64"};

    static ssize_t write(int file, const void* bytes, std::size_t size, off_t at) {
        ++count_;
        return ::pwrite(file, bytes, size, at);
    }

    static inline int count_ = 0;
    sqlite3_vfs* vfs_ = sqlite3_vfs_find(nullptr);
};

TEST_CASE("a commit takes a call of the system for each page, not two") {
    const Rig rig;
    rig.writer->run_script("PRAGMA cache_size = 100");
    rig.insert(0, 1);
    const Calls calls;
    rig.writer->begin();
    rig.insert(1, 40);
    rig.writer->commit();
    CHECK(Calls::count() >= 41);
    CHECK(Calls::count() <= 48);
}

TEST_CASE("after the log was copied into the file, it is begun anew") {
    const Rig rig;
    rig.writer->begin();
    rig.insert(0, 200);
    rig.writer->commit();
    rig.writer->query("PRAGMA wal_checkpoint(TRUNCATE)", {});
    CHECK(std::filesystem::file_size(rig.log) == 0);
    rig.writer->begin();
    rig.insert(200, 3);
    rig.writer->commit();
    CHECK(Rig::count(*rig.open(SqliteMode::read)) == 203);
    CHECK(rig.writer->check().empty());
}

TEST_CASE("who only reads uses SQLite's own files") {
    CHECK(files_for(false).empty());
    CHECK_FALSE(files_for(true).empty());
}

}  // namespace
}  // namespace caas::store
