#include "core/base/file.h"

#include <csignal>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

template <typename Function>
std::string code_of(Function function) {
    try {
        function();
    } catch (const Error& e) {
        return std::string(facts(e.code()).name);
    }
    return "fine";
}

// Runs `function` in a child and gives back its exit status, or -1 when it was killed.
template <typename Function>
int in_child(Function function) {
    const auto child = ::fork();
    if (child == 0) {
        int status = 99;
        try {
            status = function();
        } catch (...) {
            status = 98;
        }
        ::_exit(status);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat found {};

    ::stat(path.c_str(), &found);
    return found.st_mode & 0777U;
}

std::size_t entries(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
        ++count;
    return count;
}

TEST_CASE("a lock is seen by who looks, and looking leaves no file behind") {
    const fake::Folder folder;
    const auto path = folder / "lock";
    CHECK_FALSE(is_locked(path));
    CHECK(entries(folder.path()) == 0);
    {
        const auto lock = FileLock::try_take(path);
        REQUIRE(lock);
        CHECK(is_locked(path));
    }
    CHECK_FALSE(is_locked(path));
}

TEST_CASE("what was written is read back, byte by byte") {
    const fake::Folder folder;
    std::string bytes("a\0b\r\n\xff", 6);
    bytes += std::string(100000, 'x');

    write_file(folder / "f", bytes);

    CHECK(read_file(folder / "f", 1U << 20U) == bytes);
    CHECK(mode_of(folder / "f") == 0600);
}

TEST_CASE("a file is written with the mode that was asked for") {
    const fake::Folder folder;

    write_file(folder / "f", "x", 0644);

    CHECK(mode_of(folder / "f") == 0644);
}

TEST_CASE("a file is replaced and nothing is left beside it") {
    const fake::Folder folder;
    write_file(folder / "f", "old");

    write_file(folder / "f", "new");

    CHECK(read_file(folder / "f", 10) == "new");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a replacement that does not fit leaves the old file and nothing beside it") {
    const fake::Folder folder;
    write_file(folder / "f", "old");

    const auto status = in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{1000, 1000};
        ::setrlimit(RLIMIT_FSIZE, &small);
        try {
            write_file(folder / "f", std::string(5000, 'x'));
        } catch (const Error& e) {
            return e.code() == Code::storage_full ? 0 : 2;
        }
        return 1;
    });

    CHECK(status == 0);
    CHECK(read_file(folder / "f", 10) == "old");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a file larger than the bound is refused, one as large is not") {
    const fake::Folder folder;
    write_file(folder / "f", "12345");

    CHECK(read_file(folder / "f", 5) == "12345");
    CHECK(code_of([&] { read_file(folder / "f", 4); }) == "too_large");
    CHECK(code_of([] { read_file("/dev/zero", 100000); }) == "too_large");
}

TEST_CASE("what cannot be read says why") {
    const fake::Folder folder;

    CHECK(code_of([&] { read_file(folder / "none", 10); }) == "not_found");
    CHECK(code_of([&] { read_file(folder / "none/at/all", 10); }) == "not_found");
    CHECK(code_of([&] { read_file(folder.path(), 10); }) == "invalid");
}

TEST_CASE("what cannot be written says why") {
    const fake::Folder folder;

    CHECK(code_of([&] { write_file(folder / "none/f", "x"); }) == "not_found");
    std::filesystem::create_directory(folder / "d");
    CHECK(code_of([&] { write_file(folder / "d", "x"); }) == "invalid");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a file of pieces appears whole or not at all") {
    const fake::Folder folder;
    int given = 0;
    write_file_of(folder / "f", [&] {
        return ++given > 2 ? std::string() : "piece " + std::to_string(given) + "\n";
    });
    CHECK(read_file(folder / "f", 100) == "piece 1\npiece 2\n");
    CHECK(mode_of(folder / "f") == 0600);

    const auto breaks_off = [&]() -> std::string {
        if (++given > 4)
            throw Error(Code::unavailable, "broke off");
        return "other";
    };
    CHECK(code_of([&] { write_file_of(folder / "f", breaks_off); }) == "unavailable");
    CHECK(read_file(folder / "f", 100) == "piece 1\npiece 2\n");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("files of others are forbidden") {
    const fake::Folder folder;
    write_file(folder / "f", "x", 0600);
    std::filesystem::permissions(folder / "f", std::filesystem::perms::none);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));

    const auto status = in_child([&] {
        if (::geteuid() == 0 && ::setuid(65534) != 0)
            return 3;
        if (code_of([&] { read_file(folder / "f", 10); }) != "forbidden")
            return 1;
        return code_of([&] { write_file(folder / "g", "x"); }) == "forbidden" ? 0 : 2;
    });
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));

    CHECK(status == 0);
}

TEST_CASE("folders are made with their parents and for their owner only") {
    const fake::Folder folder;

    make_folder(folder / "a/b/c");
    make_folder(folder / "a/b/c");

    CHECK(mode_of(folder / "a/b/c") == 0700);
    CHECK(mode_of(folder / "a") == 0700);
}

TEST_CASE("a folder is not made where a file is") {
    const fake::Folder folder;
    write_file(folder / "f", "x");

    CHECK(code_of([&] { make_folder(folder / "f"); }) == "conflict");
    CHECK(code_of([&] { make_folder(folder / "f/g"); }) != "fine");
}

TEST_CASE("a lock is held by one and free when its holder lets go") {
    const fake::Folder folder;
    {
        const auto first = FileLock::try_take(folder / "lock");
        CHECK(first);
        CHECK_FALSE(FileLock::try_take(folder / "lock"));
    }
    CHECK(FileLock::try_take(folder / "lock"));
}

TEST_CASE("a lock that moves is held until its last place dies") {
    const fake::Folder folder;
    auto first = FileLock::try_take(folder / "lock");
    REQUIRE(first);
    {
        const FileLock second = std::move(*first);
        first.reset();
        CHECK_FALSE(FileLock::try_take(folder / "lock"));
    }
    CHECK(FileLock::try_take(folder / "lock"));
}

TEST_CASE("a lock of another process is seen, and is free when that process was killed") {
    const fake::Folder folder;
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto lock = FileLock::try_take(folder / "lock");
        if (::write(ready[1], lock ? "1" : "0", 1) == 1)
            ::pause();
        ::_exit(0);
    }
    char said = '?';
    REQUIRE(::read(ready[0], &said, 1) == 1);
    CHECK(said == '1');

    CHECK_FALSE(FileLock::try_take(folder / "lock"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    CHECK(FileLock::try_take(folder / "lock"));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_CASE("the note of a lock replaces the one before") {
    const fake::Folder folder;
    auto lock = FileLock::try_take(folder / "lock");
    REQUIRE(lock);

    lock->note("a long first note");
    lock->note("pid 7");

    CHECK(read_file(folder / "lock", 100) == "pid 7");
}

TEST_CASE("a note that does not fit names its folder, where space is to be made") {
    const fake::Folder folder;

    const auto status = in_child([&] {
        auto lock = FileLock::try_take(folder / "lock");
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_FSIZE, &none);
        try {
            lock->note("pid 7");
        } catch (const Error& e) {
            return e.hint().find("in " + folder.path().string()) != std::string::npos ? 0 : 2;
        }
        return 1;
    });

    CHECK(status == 0);
}

}  // namespace
}  // namespace caas
