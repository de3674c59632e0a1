// What an engine makes of a wall clock that is set back.
#include <doctest/doctest.h>

#include "core/delivery/turn.h"
#include "core/flow/engine.h"
#include "tests/core/flow/engine_rig.h"

namespace caas::flow {
namespace {

using delivery::PostState;
using std::chrono::hours;

// Posts that an engine put off while the wall clock was ahead.
struct Ahead : Installation {
    explicit Ahead(Milliseconds by = hours(72)) : ahead(by) {
        engine.run_once({});
        set(ahead);
        for (const auto& id : {due, planned})
            write([&](store::Transaction& transaction) {
                const delivery::PutOff put_off{clock.now() + hours(1), "Waits."};
                delivery::save_wait(transaction, post_in(transaction, id), put_off, clock.now());
            });
        engine.run_once({});
    }

    static delivery::Post post_in(store::Reader& reader, const PostId& id) {
        return delivery::find_post(reader, id).value();
    }

    // The engine looks round again some time after that.
    void set(Milliseconds by) {
        clock.jump(by);
        clock.advance_monotonic(std::chrono::minutes(1));
    }

    const Milliseconds ahead;
    const PostId due = add_post(1, "main", hours(1));
    const PostId planned = add_post(1, "main", hours(48));
    Engine engine{parts(), {.workers = 3, .description = "test"}};
};

TEST_CASE("what a clock that was ahead put off for days is due in its time once it is set right") {
    Ahead home;
    REQUIRE(home.post(home.due).state == PostState::scheduled);

    home.set(hours(2) - home.ahead);
    home.engine.run_once({});

    CHECK(home.post(home.due).state == PostState::published);
    CHECK(home.post(home.planned).wake_at == home.post(home.planned).due_at);
    CHECK(home.post(home.planned).code.empty());
}

TEST_CASE("an engine that begins after the clock was set back sees it by what went out") {
    Ahead home;
    home.add_account("other");
    home.add_post(1, "other");
    home.engine.run_once({});
    home.set(hours(2) - home.ahead);

    Engine later{home.parts(), {.workers = 3, .description = "later"}};
    later.run_once({});

    CHECK(home.post(home.due).state == PostState::published);
}

TEST_CASE("what a clock that was hours ahead put off does not wait for those hours") {
    Ahead home{hours(4)};

    home.set(-hours(3));
    home.engine.run_once({});

    CHECK(home.post(home.due).state == PostState::published);
}

TEST_CASE("a clock that was ahead only between two looks round is noticed as well") {
    Installation home;
    const auto due = home.add_post(1, "main", hours(1));
    Engine engine{home.parts(), {.workers = 3, .description = "test"}};
    engine.run_once({});
    home.clock.jump(hours(72));
    home.write([&](store::Transaction& transaction) {
        const delivery::PutOff put_off{home.clock.now() + hours(1), "Waits."};
        delivery::save_wait(
            transaction, Ahead::post_in(transaction, due), put_off, home.clock.now());
    });
    engine.run_once({});

    home.clock.jump(hours(2) - hours(72));
    engine.run_once({});

    CHECK(home.post(due).state == PostState::published);
}

TEST_CASE("what was spent while the clock was ahead is back within a window of now") {
    Ahead home;
    home.write([&](store::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO budget (name, window_ms, full_at) VALUES ('account:main', $1, $2)",
            {std::int64_t{Milliseconds(hours(1)).count()}, home.clock.now() + hours(1)});
    });

    home.set(hours(2) - home.ahead);
    home.engine.run_once({});

    const auto full_at = home.store->read([](store::Reader& reader) {
        return reader.query("SELECT full_at FROM budget", {}).at(0).instant(0);
    });
    CHECK(full_at == home.clock.now() + hours(1));
}

TEST_CASE("what was owed while the clock was ahead ends as much earlier as it is set back") {
    Ahead home;
    home.write([&](store::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO budget (name, window_ms, full_at) VALUES ('account:main', $1, $2)",
            {std::int64_t{Milliseconds(hours(1)).count()},
             home.clock.now() + std::chrono::minutes(10)});
    });

    home.set(hours(2) - home.ahead);
    home.engine.run_once({});

    const auto full_at = home.store->read([](store::Reader& reader) {
        return reader.query("SELECT full_at FROM budget", {}).at(0).instant(0);
    });
    CHECK(full_at == home.clock.now() + std::chrono::minutes(10));
}

TEST_CASE("a clock that is set back a little leaves posts their turns") {
    Ahead home;
    const auto turn = home.post(home.due).wake_at;

    home.set(-std::chrono::seconds(30));
    home.engine.run_once({});

    CHECK(home.post(home.due).wake_at == turn);
    CHECK(home.post(home.due).code == "rate_limited");
}

}  // namespace
}  // namespace caas::flow
