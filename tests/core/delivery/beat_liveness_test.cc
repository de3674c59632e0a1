#include "core/delivery/beat_liveness.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/folder.h"

namespace caas::delivery {
namespace {

// Two engines with folders of their own on one database; time moves only here.
struct Rig {
    Rig() : store(database.connector(), clock) {}

    // Both beat every five seconds, the second only while it lives.
    void pass(int seconds, bool second_lives) {
        for (int i = 0; i < seconds; i += 5) {
            clock.advance(std::chrono::seconds(5));
            if (second_lives)
                two.beat();
            one.beat();
        }
    }

    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    store::Store store;
    EngineId first{"engine-one"};
    EngineId second{"engine-two"};
    BeatLiveness one{store, clock, folder / "a", first, "caasd on a"};
    BeatLiveness two{store, clock, folder / "b", second, "caasd on b"};
};

TEST_CASE("an engine whose beat moves is alive, and one never seen is not called dead") {
    Rig rig;
    CHECK_FALSE(rig.one.is_dead(rig.second));
    rig.pass(300, true);
    CHECK_FALSE(rig.one.is_dead(rig.second));
    CHECK_FALSE(rig.one.is_dead(rig.first));
}

TEST_CASE("an engine whose beat stands still for half a minute is dead, and not before") {
    Rig rig;
    rig.pass(10, true);
    rig.pass(25, false);
    CHECK_FALSE(rig.one.is_dead(rig.second));
    rig.pass(10, false);
    CHECK(rig.one.is_dead(rig.second));
}

TEST_CASE("an engine that beats again is alive again") {
    Rig rig;
    rig.pass(10, true);
    rig.pass(60, false);
    REQUIRE(rig.one.is_dead(rig.second));
    rig.pass(5, true);
    CHECK_FALSE(rig.one.is_dead(rig.second));
}

TEST_CASE("the wall clock going back an hour kills nobody") {
    Rig rig;
    rig.pass(10, true);
    rig.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE engine SET beat = $1", {rig.clock.now() + std::chrono::hours(1)});
    });
    rig.pass(120, true);
    CHECK_FALSE(rig.one.is_dead(rig.second));
    rig.pass(60, false);
    CHECK(rig.one.is_dead(rig.second));
}

TEST_CASE("time in which an observer did not look itself proves nothing") {
    Rig rig;
    rig.pass(10, true);
    rig.clock.advance(std::chrono::minutes(10));
    rig.one.beat();
    CHECK_FALSE(rig.one.is_dead(rig.second));
    rig.pass(25, false);
    CHECK_FALSE(rig.one.is_dead(rig.second));
}

TEST_CASE("an engine that was buried joins again with its next beat") {
    Rig rig;
    rig.pass(5, true);
    rig.store.write([](store::Transaction& transaction) {
        transaction.execute("DELETE FROM engine WHERE id = 'engine-two'", {});
    });
    rig.one.forget(rig.second);
    rig.pass(5, true);
    const auto rows = rig.store.read([](store::Reader& reader) {
        return reader.query("SELECT description FROM engine WHERE id = 'engine-two'", {});
    });
    CHECK(rows.at(0).text(0) == "caasd on b");
}

TEST_CASE("an engine of the same folder is dead as soon as its lock is free") {
    Rig rig;
    const EngineId third("engine-three");
    {
        BeatLiveness other(rig.store, rig.clock, rig.folder / "a", third, "caas on a");
        other.beat();
        rig.one.beat();
        CHECK_FALSE(rig.one.is_dead(third));
        std::filesystem::create_hard_link(rig.folder / "a/engine-three.lock", rig.folder / "left");
    }
    // It leaves nothing when it ends well; a kill leaves the file.
    CHECK_FALSE(rig.one.is_dead(third));
    std::filesystem::rename(rig.folder / "left", rig.folder / "a/engine-three.lock");
    CHECK(rig.one.is_dead(third));
}

TEST_CASE("in a copy of its folder an engine is alive as long as its beat moves") {
    Rig rig;
    rig.pass(5, true);
    std::filesystem::copy_file(rig.folder / "b/engine-two.lock", rig.folder / "a/engine-two.lock");
    CHECK_FALSE(rig.one.is_dead(rig.second));
    rig.pass(5, true);
    rig.pass(40, false);
    CHECK(rig.one.is_dead(rig.second));
}

TEST_CASE("people are told who beat within the last half minute") {
    Rig rig;
    rig.pass(5, true);
    const auto living = [&] {
        return rig.store.read(
            [&](store::Reader& reader) { return beating_engines(reader, rig.clock.now()); });
    };
    CHECK(living() == std::vector<std::string>{"caasd on a", "caasd on b"});
    rig.pass(40, false);
    CHECK(living() == std::vector<std::string>{"caasd on a"});
}

}  // namespace
}  // namespace caas::delivery
