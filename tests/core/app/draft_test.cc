// What a backup that was killed leaves behind.
#include "core/app/draft.h"

#include <csignal>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/app/maintenance.h"
#include "core/base/file.h"
#include "tests/core/app/rig.h"
#include "tests/core/store/child.h"

namespace caas {
namespace {

struct Folder {
    fake::Folder folder;
    std::filesystem::path draft = folder / "safe.7.part";

    // As a copy that is under way has them.
    void make_files() const {
        for (const auto* end : {"", "-journal", ".part", ".part-journal"})
            write_file(draft.string() + end, "a key");
    }

    std::ptrdiff_t count() const {
        const auto files = std::filesystem::directory_iterator(folder.path());
        return std::distance(begin(files), end(files));
    }

    // By a program that is killed before it has ended.
    void leave() const {
        const auto ended = fake::in_child([&]() -> std::string {
            const app::DraftLock lock(draft);
            make_files();
            std::raise(SIGKILL);
            return "went on";
        });
        REQUIRE(ended == "killed");
        REQUIRE(count() == 5);
    }
};

TEST_CASE("what a killed program left of a draft is deleted, and no file beside it") {
    const Folder it;
    it.leave();
    write_file(it.folder / "safe", "a backup");
    write_file(it.folder / "other.part", "mine");
    write_file(it.folder / "other.part-lock", "mine as well");

    app::clear_drafts(it.folder.path());

    CHECK(it.count() == 3);
    CHECK(std::filesystem::exists(it.folder / "safe"));
    CHECK(std::filesystem::exists(it.folder / "other.part"));
}

TEST_CASE("the draft of a program that is alive is left alone") {
    const Folder it;
    const app::DraftLock lock(it.draft);
    it.make_files();

    app::clear_drafts(it.folder.path());

    CHECK(it.count() == 5);
}

TEST_CASE("two programs do not work on one draft, and the second takes nothing away") {
    const Folder it;
    const app::DraftLock lock(it.draft);

    CHECK(app::code_of([&] { const app::DraftLock second(it.draft); }) == "conflict");

    CHECK(it.count() == 1);
}

TEST_CASE("the lock of a draft is gone with it") {
    const Folder it;
    { const app::DraftLock lock(it.draft); }

    CHECK(it.count() == 0);
}

TEST_CASE("a draft becomes a new file only where none of its name came meanwhile") {
    const Folder it;
    write_file(it.folder / "taken", "theirs");
    for (const auto* name : {"taken", "free"}) {
        app::Draft draft(it.draft);
        write_file(it.draft, "ours");
        const auto code = app::code_of([&] { draft.keep_as_new(it.folder / name); });
        CHECK(code == (std::string(name) == "taken" ? "conflict" : "fine"));
    }

    CHECK(read_file(it.folder / "taken", 100) == "theirs");
    CHECK(read_file(it.folder / "free", 100) == "ours");
    CHECK(it.count() == 2);
}

TEST_CASE("a draft takes the place of a file where that is wanted") {
    const Folder it;
    write_file(it.folder / "former", "theirs");
    app::Draft draft(it.draft);
    write_file(it.draft, "ours");

    draft.keep_as(it.folder / "former");

    CHECK(read_file(it.folder / "former", 100) == "ours");
}

TEST_CASE("a folder that is not there holds no drafts") {
    const Folder it;

    app::clear_drafts(it.folder / "nowhere");

    CHECK(it.count() == 0);
}

TEST_CASE("a backup deletes what another one left that was killed, whatever its name") {
    const Folder it;
    it.leave();
    const app::House house;
    const auto app = house.open();

    app::backup(*app, it.folder / "next", true);

    CHECK(it.count() == 1);
    CHECK(std::filesystem::exists(it.folder / "next"));
}

TEST_CASE("a backup deletes no file that has the name of its draft") {
    const Folder it;
    const auto same = it.folder / ("next." + std::to_string(::getpid()) + ".part");
    write_file(same, "mine");
    const app::House house;
    const auto app = house.open();

    app::backup(*app, it.folder / "next", true);

    CHECK(read_file(same, 100) == "mine");
    CHECK(it.count() == 2);
}

}  // namespace
}  // namespace caas
