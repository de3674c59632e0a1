#include "core/vault/key.h"

#include <array>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"

namespace caas {
namespace {

struct Folder : fake::Folder {
    std::filesystem::path key() const { return path() / "secret.key"; }
};

std::string hint_of(const std::function<void()>& action, Code code) {
    try {
        action();
    } catch (const Error& e) {
        CHECK(e.code() == code);
        return e.hint();
    }
    return "it went through";
}

unsigned mode_of(const std::filesystem::path& file) {
    struct stat facts {};

    REQUIRE(stat(file.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
}

TEST_CASE("a key is 64 hexadecimal digits or base64 of 32 bytes") {
    const auto hex = vault::parse_keys(std::string(64, 'a'), "x");
    const auto base64 = vault::parse_keys(to_base64(std::string(32, '\xAA')), "x");

    CHECK(hex.size() == 1);
    CHECK(hex[0].bytes.reveal() == std::string(32, '\xAA'));
    CHECK(hex[0].id.size() == 8);
    CHECK(base64[0].id == hex[0].id);
}

TEST_CASE("several keys keep their order") {
    const auto keys = vault::parse_keys(
        std::string(64, 'a') + ",\n" + std::string(64, 'b') + " \t" + std::string(64, 'c') + "\n",
        "x");

    REQUIRE(keys.size() == 3);
    CHECK(keys[1].bytes.reveal() == std::string(32, '\xBB'));
}

TEST_CASE("what is no key is refused with a way to make one, and not repeated") {
    for (const auto* const text : {"", "  ", "hunter2", "correct horse battery staple"}) {
        CAPTURE(text);
        CHECK(
            hint_of([&] { vault::parse_keys(text, "SECRET_KEY"); }, Code::invalid) ==
            "Make one with: openssl rand -hex 32");
    }
    CHECK_THROWS_AS(vault::parse_keys(std::string(63, 'a'), "x"), Error);
    CHECK_THROWS_AS(vault::parse_keys(std::string(63, 'a') + "g", "x"), Error);
    CHECK_THROWS_AS(vault::parse_keys(std::string(66, 'a'), "x"), Error);
    CHECK_THROWS_AS(vault::parse_keys(to_base64(std::string(31, 'x')), "x"), Error);
    try {
        vault::parse_keys("hunter2", "SECRET_KEY");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find("hunter2") == std::string::npos);
    }
}

TEST_CASE("the key file is made on first use, for its owner only, and stays") {
    const Folder folder;
    fake::FakeRandom random;

    const auto made = vault::file_keys(folder.key(), random);
    const auto again = vault::file_keys(folder.key(), random);

    CHECK(mode_of(folder.key()) == 0600);
    CHECK(again.at(0).id == made.at(0).id);
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("the folder of the key file is made as well") {
    const Folder folder;
    fake::FakeRandom random;

    vault::file_keys(folder.path() / "a" / "b" / "secret.key", random);

    CHECK(mode_of(folder.path() / "a") == 0700);
}

TEST_CASE("a key file that others can read is refused with the cure") {
    const Folder folder;
    fake::FakeRandom random;
    vault::file_keys(folder.key(), random);

    for (const unsigned mode : {0640U, 0604U, 0660U}) {
        CAPTURE(mode);
        chmod(folder.key().c_str(), static_cast<mode_t>(mode));
        CHECK(
            hint_of([&] { vault::file_keys(folder.key(), random); }, Code::forbidden) ==
            "Run: chmod 600 " + folder.key().string());
    }
}

TEST_CASE("a key file that holds no key is not replaced") {
    const Folder folder;
    fake::FakeRandom random;
    write_file(folder.key(), "garbage\n", 0600);

    CHECK_THROWS_AS(vault::file_keys(folder.key(), random), Error);
    CHECK(read_file(folder.key(), 100) == "garbage\n");
}

TEST_CASE("an empty key file is not taken for a missing one") {
    const Folder folder;
    fake::FakeRandom random;
    write_file(folder.key(), "", 0600);

    CHECK_THROWS_AS(vault::file_keys(folder.key(), random), Error);
}

TEST_CASE("the setting goes before the file, whose keys still open") {
    const Folder folder;
    fake::FakeRandom random;
    const auto file = vault::file_keys(folder.key(), random);

    const auto keys = vault::installation_keys(Secret(std::string(64, 'a')), folder.key(), random);

    REQUIRE(keys.size() == 2);
    CHECK(keys[0].bytes.reveal() == std::string(32, '\xAA'));
    CHECK(keys[1].id == file[0].id);
}

TEST_CASE("with a setting no file is made, without one it is") {
    const Folder folder;
    fake::FakeRandom random;

    vault::installation_keys(Secret(std::string(64, 'a')), folder.key(), random);
    CHECK_FALSE(std::filesystem::exists(folder.key()));

    vault::installation_keys(Secret(), folder.key(), random);
    CHECK(std::filesystem::exists(folder.key()));
}

TEST_CASE("rotating puts a new key in front of the old ones") {
    const Folder folder;
    fake::FakeRandom random;
    const auto before = vault::file_keys(folder.key(), random);

    const auto after = vault::rotate_file(folder.key(), random);
    const auto read = vault::file_keys(folder.key(), random);

    REQUIRE(after.size() == 2);
    CHECK(after[1].id == before[0].id);
    CHECK(after[0].id != before[0].id);
    CHECK(read[0].id == after[0].id);
    CHECK(mode_of(folder.key()) == 0600);
}

// Each child waits for the gate, makes or reads the key file and says which key it got.
TEST_CASE("processes that start at once all get the same key") {
    for (int round = 0; round < 20; ++round) {
        const Folder folder;
        std::array<int, 2> gate{};
        std::array<int, 2> answers{};
        REQUIRE(pipe(gate.data()) == 0);
        REQUIRE(pipe(answers.data()) == 0);
        constexpr int children = 6;
        std::vector<pid_t> pids;
        for (int i = 0; i < children; ++i) {
            const auto pid = fork();
            if (pid == 0) {
                close(gate[1]);
                char go = 0;
                static_cast<void>(!read(gate[0], &go, 1));  // ends when the parent closes it
                SystemRandom random;
                std::string id = "failed!!";
                try {
                    id = vault::file_keys(folder.key(), random).front().id;
                } catch (const Error&) {
                }
                static_cast<void>(!write(answers[1], id.data(), id.size()));
                _exit(0);
            }
            pids.push_back(pid);
        }
        close(gate[0]);
        close(gate[1]);
        close(answers[1]);
        std::set<std::string> ids;
        std::string id(8, '\0');
        int count = 0;
        while (read(answers[0], id.data(), id.size()) == 8) {
            ids.insert(id);
            ++count;
        }
        close(answers[0]);
        for (const auto pid : pids)
            waitpid(pid, nullptr, 0);

        CHECK(count == children);
        CHECK(ids.size() == 1);
        CHECK(ids.count("failed!!") == 0);
        CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
    }
}

}  // namespace
}  // namespace caas
