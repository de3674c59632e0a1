#include "core/store/sqlite_checkpoint.h"

#include <cstdint>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/store/sqlite_connection.h"
#include "tests/fake/folder.h"

namespace caas::store {
namespace {

constexpr std::uintmax_t page_bytes = 4096;

struct Rig {
    Rig() {
        writer->run_script(
            "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
            "CREATE TABLE thing (text TEXT)");
    }

    // One commit of so many pages and a few more.
    void write(std::int64_t pages) const {
        writer->execute(
            "INSERT INTO thing SELECT hex(zeroblob($1))",
            {pages * static_cast<std::int64_t>(page_bytes) / 2});
    }

    std::uintmax_t pages_in_file() const { return std::filesystem::file_size(file) / page_bytes; }

    fake::Folder folder;
    std::filesystem::path file = folder / "caas.db";
    SqliteFaults faults{file};
    std::unique_ptr<Connection> writer = [this] {
        std::ofstream(file).flush();
        return open_sqlite(file.string(), SqliteMode::write, faults);
    }();
};

TEST_CASE("a log of a thousand pages is copied into the file, and not by who wrote them") {
    const Rig rig;
    SqliteCheckpointer checkpointer(rig.file.string(), rig.faults);
    bool was_writers_turn = false;
    watch_log(*rig.writer, [&](int pages) {
        const bool is_writers_turn = checkpointer.on_commit(pages);
        was_writers_turn = was_writers_turn || is_writers_turn;
        return is_writers_turn;
    });
    rig.write(500);
    checkpointer.wait();
    CHECK(rig.pages_in_file() < 500);

    rig.write(600);
    checkpointer.wait();
    CHECK(rig.pages_in_file() > 1000);
    CHECK_FALSE(was_writers_turn);

    // So much for the log: it begins anew, and what is asked for counts from there.
    rig.write(10);
    const auto before = rig.pages_in_file();
    rig.write(1000);
    checkpointer.wait();
    CHECK(rig.pages_in_file() > before);
}

TEST_CASE("what a reader still needs stays in the log, and is copied when it has left") {
    const Rig rig;
    SqliteCheckpointer checkpointer(rig.file.string(), rig.faults);
    watch_log(*rig.writer, [&](int pages) { return checkpointer.on_commit(pages); });
    const auto reader = open_sqlite(rig.file.string(), SqliteMode::read, rig.faults);
    reader->begin_read();
    CHECK(reader->query("SELECT count(*) FROM thing", {}).at(0).integer(0) == 0);
    rig.write(1200);
    checkpointer.wait();
    CHECK(rig.pages_in_file() < 1000);
    CHECK(reader->query("SELECT count(*) FROM thing", {}).at(0).integer(0) == 0);

    reader->rollback();
    rig.write(1200);
    checkpointer.wait();
    CHECK(rig.pages_in_file() > 2400);
}

TEST_CASE("whoever writes copies the log itself before it grows beyond five thousand pages") {
    const Rig rig;
    SqliteCheckpointer checkpointer(rig.file.string(), rig.faults);
    CHECK_FALSE(checkpointer.on_commit(999));
    CHECK_FALSE(checkpointer.on_commit(1000));
    CHECK_FALSE(checkpointer.on_commit(3999));
    CHECK_FALSE(checkpointer.on_commit(4500));
    CHECK(checkpointer.on_commit(5000));
    CHECK_FALSE(checkpointer.on_commit(5001));
    CHECK(checkpointer.on_commit(6001));
}

TEST_CASE("a file that cannot be opened is tried again with the next thousand pages") {
    const Rig rig;
    SqliteCheckpointer checkpointer((rig.folder / "gone/caas.db").string(), rig.faults);
    CHECK_FALSE(checkpointer.on_commit(1000));
    checkpointer.wait();
    CHECK_FALSE(checkpointer.on_commit(2000));
    checkpointer.wait();
}

}  // namespace
}  // namespace caas::store
