
#include <doctest/doctest.h>
#include <fcntl.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/core/store/child.h"
#include "tests/core/store/file_rig.h"

// Several processes on one file, some of them killed.

namespace caas {
namespace {

using fake::code_of;
using fake::count;
using fake::in_child;
using fake::put;
using Rig = fake::FileRig;

// Whether another process would find the file in use. SQLite locks these bytes of it.
bool is_seen_in_use(const std::filesystem::path& file) {
    return in_child([&] {
               const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
               struct flock found {};

               found.l_type = F_WRLCK;
               found.l_whence = SEEK_SET;
               found.l_start = 0x40000002;
               found.l_len = 510;
               if (::fcntl(fd, F_GETLK, &found) != 0)
                   return std::string("failed");
               return std::string(found.l_type == F_UNLCK ? "free" : "in use");
           }) == "in use";
}

// The writer opened the file to make it and closed it, which dropped the reader's lock: the next
// process to leave took itself for the last one and deleted the log under both.
TEST_CASE("a writer on a file that is there leaves its process's locks on it") {
    const Rig rig;
    {
        auto store = rig.open();
        put(store, "first");
        CHECK(is_seen_in_use(rig.file));
    }
    CHECK_FALSE(is_seen_in_use(rig.file));
    auto store = rig.open();
    REQUIRE(count(store) == 1);
    CHECK(is_seen_in_use(rig.file));
    put(store, "second");
    CHECK(is_seen_in_use(rig.file));
}

TEST_CASE("a process killed while it writes loses nothing that was durable") {
    const Rig rig;
    for (int round = 0; round < 5; ++round) {
        CAPTURE(round);
        int pipe[2] = {};
        REQUIRE(::pipe(pipe) == 0);
        const auto child = ::fork();
        if (child == 0) {
            ::close(pipe[0]);
            auto store = rig.open();
            for (int i = 0;; ++i) {
                const auto id = std::to_string(round) + "-" + std::to_string(i);
                store.write([&](store::Transaction& transaction) {
                    for (const auto* half : {"a", "b"})
                        transaction.execute(
                            "INSERT INTO organization (id, name, slug, created_at) "
                            "VALUES ($1, $2, $1, 0)",
                            {id + half, std::string(2000, 'x')});
                });
                if (::write(pipe[1], "x", 1) != 1)
                    ::_exit(1);
            }
        }
        ::close(pipe[1]);
        std::size_t acknowledged = 0;
        char byte = 0;
        while (acknowledged < static_cast<std::size_t>(20 + round * 13) &&
               ::read(pipe[0], &byte, 1) == 1)
            ++acknowledged;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        while (::read(pipe[0], &byte, 1) == 1)
            ++acknowledged;
        ::close(pipe[0]);

        auto store = rig.open();
        const auto rows = store.read([&](store::Reader& reader) {
            return reader
                .query(
                    "SELECT id FROM organization WHERE id LIKE $1", {std::to_string(round) + "-%"})
                .size();
        });
        CHECK(rows % 2 == 0);
        CHECK(rows >= acknowledged * 2);
        CHECK(store.check().empty());
    }
}

TEST_CASE("two processes write at once and both are heard") {
    const Rig rig;
    int pipe[2] = {};
    REQUIRE(::pipe(pipe) == 0);
    const auto child = ::fork();
    if (child == 0) {
        std::string said = code_of([&] {
            auto store = rig.open();
            for (int i = 0; i < 150; ++i)
                put(store, "child-" + std::to_string(i));
        });
        ::_exit(said == "fine" && ::write(pipe[1], "x", 1) == 1 ? 0 : 1);
    }
    {
        auto store = rig.open();
        for (int i = 0; i < 150; ++i)
            put(store, "parent-" + std::to_string(i));
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    ::close(pipe[0]);
    ::close(pipe[1]);

    CHECK(status == 0);
    auto store = rig.open();
    CHECK(count(store) == 300);
}

TEST_CASE("two processes make a new database at once and both find it whole") {
    for (int round = 0; round < 5; ++round) {
        const fake::Folder folder;
        const fake::FakeClock clock;
        const auto open_and_put = [&](const std::string& id) {
            return code_of([&] {
                store::Store store(store::sqlite(folder / "caas.db"), clock);
                put(store, id);
            });
        };
        const auto child = ::fork();
        if (child == 0)
            ::_exit(open_and_put("child") == "fine" ? 0 : 1);
        CHECK(open_and_put("parent") == "fine");
        int status = 1;
        ::waitpid(child, &status, 0);

        CHECK(status == 0);
        store::Store store(store::sqlite(folder / "caas.db"), clock);
        CHECK(count(store) == 2);
    }
}

TEST_CASE("a database whose making was killed is made by the next one") {
    for (int bytes : {0, 1000, 5000, 20000, 100000}) {
        CAPTURE(bytes);
        const fake::Folder folder;
        const fake::FakeClock clock;
        in_child([&]() -> std::string {
            // The signal of the limit is left as it is: it kills at some point of the making.
            const rlimit limit{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            std::signal(SIGXFSZ, SIG_DFL);
            store::Store store(store::sqlite(folder / "caas.db"), clock);
            return "made";
        });
        store::Store store(store::sqlite(folder / "caas.db"), clock);
        put(store, "a");
        CHECK(count(store) == 1);
        CHECK(store.check().empty());
    }
}

TEST_CASE("another process that holds the lock too long makes a write busy") {
    const Rig rig;
    const auto other = store::sqlite(rig.file)->open_writer();
    const auto mine = store::sqlite(rig.file)->open_writer();
    mine->run_script("PRAGMA busy_timeout = 1");
    other->begin();

    CHECK(code_of([&] { mine->begin(); }) == "busy");
    other->rollback();
    CHECK(code_of([&] { mine->begin(); }) == "fine");
}

}  // namespace
}  // namespace caas
