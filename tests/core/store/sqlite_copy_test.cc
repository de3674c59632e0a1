#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "core/store/store.h"
#include "tests/core/store/child.h"
#include "tests/core/store/file_rig.h"

// Copies of a database in a file.

namespace caas {
namespace {

using fake::code_of;
using fake::count;
using fake::in_child;
using fake::mode_of;
using fake::put;
using Rig = fake::FileRig;

TEST_CASE("a copy is whole, for its owner only, and never replaces a file") {
    const Rig rig;
    auto store = rig.open();
    put(store, "a", std::string(100'000, 'x'));
    store.copy_to(rig.folder / "copy.db");

    CHECK(mode_of(rig.folder / "copy.db") == 0600);
    store::Store copy(store::sqlite(rig.folder / "copy.db"), rig.clock);
    CHECK(count(copy) == 1);
    CHECK(copy.check().empty());
    CHECK(code_of([&] { store.copy_to(rig.folder / "copy.db"); }) == "conflict");
    CHECK(code_of([&] { store.copy_to(rig.folder / "none/copy.db"); }) != "fine");
}

TEST_CASE("a copy made while others write is one state") {
    const Rig rig;
    auto store = rig.open();
    std::atomic<bool> stops = false;
    {
        const std::jthread busy([&] {
            for (int i = 0; !stops; ++i)
                store.write([&](store::Transaction& transaction) {
                    for (const auto* half : {"a", "b"})
                        transaction.execute(
                            "INSERT INTO organization (id, name, slug, created_at) "
                            "VALUES ($1, 'x', $1, 0)",
                            {std::to_string(i) + half});
                });
        });
        store.copy_to(rig.folder / "copy.db");
        stops = true;
    }
    store::Store copy(store::sqlite(rig.folder / "copy.db"), rig.clock);
    CHECK(count(copy) % 2 == 0);
    CHECK(copy.check().empty());
}

TEST_CASE("a copy that does not fit leaves nothing behind") {
    const Rig rig;
    auto store = rig.open();
    put(store, "a", std::string(300'000, 'x'));
    CHECK(in_child([&]() -> std::string {
              fake::limit_files(100'000);
              store::Store own(store::sqlite(rig.file), rig.clock);
              return code_of([&] { own.copy_to(rig.folder / "copy.db"); });
          }) == "storage_full");

    CHECK_FALSE(std::filesystem::exists(rig.folder / "copy.db"));
    CHECK_FALSE(std::filesystem::exists(rig.folder / "copy.db.part"));
}

TEST_CASE("a copy into a folder that may not be entered is forbidden") {
    const Rig rig;
    const auto closed = rig.folder / "closed";
    std::filesystem::create_directory(closed);
    std::filesystem::permissions(closed, std::filesystem::perms(0));

    const auto said = in_child([&]() -> std::string {
        auto store = rig.open();
        // It has a reader from now on, and needs to open nothing.
        count(store);
        if (!fake::become_nobody())
            return "no rights to give up";
        return code_of([&] { store.copy_to(closed / "copy.db"); });
    });
    std::filesystem::permissions(closed, std::filesystem::perms(0700));

    CHECK(said == "forbidden");
}

}  // namespace
}  // namespace caas
