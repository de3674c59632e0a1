// What goes wrong around an engine: the store refuses, the engine dies, another takes over.
#include <atomic>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/flow/engine.h"
#include "tests/core/flow/engine_rig.h"

namespace caas::flow {
namespace {

using delivery::PostState;
using std::chrono::hours;
using std::chrono::minutes;

// Each part was accepted once and the post says so; or it is in doubt and no part went out twice.
void check_once(Installation& rig, const PostId& id, int parts) {
    const auto post = rig.post(id);
    std::map<std::string, int> times;
    for (const auto& part : rig.platform.accepted)
        CHECK(++times[part] == 1);
    if (post.state == PostState::unconfirmed)
        return;
    CHECK(post.state == PostState::published);
    CHECK(static_cast<int>(times.size()) == parts);
    CHECK(post.parts_published == parts);
}

// Breaks the n-th doing of the store's writer, counted from `arm`.
struct Breaker {
    void operator()() {
        if (left > 0 && --left == 0) {
            was_hit = true;
            if (!stays_broken)
                throw Error(Code::unavailable, "scripted fault");
            is_broken = true;
        }
        if (is_broken)
            throw Error(Code::unavailable, "scripted fault");
    }

    std::atomic<int> left = 0;
    std::atomic<bool> was_hit = false;
    std::atomic<bool> is_broken = false;
    bool stays_broken = false;
};

// Does `prepare` and a round in which the n-th statement fails, for every n there is; then, with
// the fault over, lets time pass and does `check`. How many n there were.
template <typename Prepare, typename Check>
int break_at_every_statement(bool stays_broken, Prepare prepare, Check check) {
    for (int n = 1; n < 300; ++n) {
        CAPTURE(stays_broken);
        CAPTURE(n);
        Breaker breaker;
        breaker.stays_broken = stays_broken;
        Installation rig([&](std::string_view) { breaker(); });
        const auto posts = prepare(rig);
        breaker.left = n;
        try {
            rig.run_once();
        } catch (const Error&) {
            // The fault reached the caller, as that of a claim does; or the engine is as dead as
            // can be within one process.
        }
        if (!breaker.was_hit)
            return n - 1;
        breaker.is_broken = false;
        rig.drain();
        check(rig, posts);
    }
    return 300;
}

PostId add_where_looks_help(Installation& rig) {
    rig.platform.can_look = true;
    return rig.add_post(2);
}

TEST_CASE("a statement that fails once, whichever it is, doubles and loses nothing") {
    const auto check = [](Installation& rig, const PostId& id) {
        check_once(rig, id, 2);
        CHECK(rig.post(id).state == PostState::published);
    };
    const auto boundaries = break_at_every_statement(false, add_where_looks_help, check);
    CHECK(boundaries > 20);
    CHECK(boundaries < 200);
}

TEST_CASE("an engine that dies at any statement leaves what the next one can settle") {
    const auto check = [](Installation& rig, const PostId& id) { check_once(rig, id, 2); };
    const auto boundaries = break_at_every_statement(true, add_where_looks_help, check);
    CHECK(boundaries > 20);
    CHECK(boundaries < 200);
}

TEST_CASE("a statement that fails around a pause in a thread doubles and loses nothing") {
    const auto prepare = [](Installation& rig) {
        rig.platform.replies.push_back(
            {platform::Done{}, true, [&rig] { rig.policies["main"].is_active = false; }});
        return add_where_looks_help(rig);
    };
    const auto check = [](Installation& rig, const PostId& id) {
        CHECK(rig.platform.accepted.size() == 1);
        rig.policies["main"].is_active = true;
        rig.write([&](store::Transaction& transaction) {
            delivery::resume_posts(transaction, AccountId("main"), rig.clock.now());
        });
        rig.drain();
        check_once(rig, id, 2);
        CHECK(rig.post(id).state == PostState::published);
    };
    const auto boundaries = break_at_every_statement(false, prepare, check);
    CHECK(boundaries > 5);
    CHECK(boundaries < 200);
}

TEST_CASE("a statement that fails among those of several posts doubles and loses none of them") {
    const auto prepare = [](Installation& rig) {
        rig.is_repeatable = true;
        rig.platform.is_idempotent = true;
        std::vector<PostId> posts;
        for (const auto* account : {"one", "two", "three"}) {
            rig.add_account(account);
            posts.push_back(rig.add_post(2, account));
        }
        return posts;
    };
    const auto check = [](Installation& rig, const std::vector<PostId>& posts) {
        for (const auto& id : posts) {
            CHECK(rig.post(id).state == PostState::published);
            CHECK(rig.post(id).parts_published == 2);
        }
        CHECK(rig.platform.accepted.size() == 6);
    };
    const auto boundaries = break_at_every_statement(false, prepare, check) +
                            break_at_every_statement(true, prepare, check);
    CHECK(boundaries > 60);
}

TEST_CASE("with a key of our own a death at any statement ends in published") {
    const auto prepare = [](Installation& rig) {
        rig.is_repeatable = true;
        rig.platform.is_idempotent = true;
        return rig.add_post(2);
    };
    const auto check = [](Installation& rig, const PostId& id) {
        check_once(rig, id, 2);
        CHECK(rig.post(id).state == PostState::published);
    };
    const auto boundaries = break_at_every_statement(true, prepare, check);
    CHECK(boundaries > 20);
    CHECK(boundaries < 200);
}

TEST_CASE("an intent without outcome of a dead engine is in doubt after a restart") {
    Breaker breaker;
    breaker.stays_broken = true;
    Installation rig([&](std::string_view) { breaker(); });
    const auto id = rig.add_post();
    rig.platform.replies.push_back({platform::Done{}, true, [&] { breaker.left = 1; }});
    CHECK_THROWS_AS(rig.run_once(), Error);
    breaker.is_broken = false;

    rig.run_once();

    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK(rig.journal(id).front().code == "interrupted");
    CHECK(rig.platform.accepted.size() == 1);
}

// A post that the platform takes, and a store that takes nothing from then on.
struct Unwritten {
    explicit Unwritten(bool is_stopped = false) {
        breaker.stays_broken = true;
        rig.platform.replies.push_back({platform::Done{}, true, [this, is_stopped] {
                                            breaker.left = 1;
                                            if (is_stopped)
                                                stop.request_stop();
                                        }});
    }

    Monotonic passed() { return rig.clock.monotonic() - start; }

    std::stop_source stop;
    Breaker breaker;
    Installation rig{[this](std::string_view) { breaker(); }};
    const PostId id = rig.add_post();
    const Monotonic start = rig.clock.monotonic();
};

TEST_CASE("an outcome that cannot be written is tried as long as it is waited for, and kept") {
    Unwritten it;
    {
        Engine engine(it.rig.parts(), {});
        try {
            engine.deliver_one(it.id, {}, std::chrono::seconds(20));
            FAIL("it could be written");
        } catch (const Error& error) {
            CHECK(error.code() == Code::unconfirmed);
            CHECK(std::string(error.what()).find("took the post") != std::string::npos);
        }
        CHECK(it.passed() == std::chrono::seconds(20));

        SUBCASE("the next time it is written first") {
            it.breaker.is_broken = false;
            CHECK(engine.deliver_one(it.id, {}).state == PostState::published);
        }
        SUBCASE("it is written at the end") {
            it.breaker.is_broken = false;
        }
    }

    CHECK(it.rig.post(it.id).state == PostState::published);
    CHECK(it.rig.platform.accepted.size() == 1);
}

TEST_CASE("who interrupts the wait for an outcome that cannot be written is let go soon") {
    Unwritten it(true);
    Engine engine(it.rig.parts(), {});

    CHECK_THROWS_AS(engine.deliver_one(it.id, it.stop.get_token(), std::chrono::minutes(2)), Error);

    CHECK(it.passed() == std::chrono::seconds(5));
    it.breaker.is_broken = false;
}

TEST_CASE("an engine that is stopped tries to write an outcome for most of its half a minute") {
    Unwritten it(true);

    Engine(it.rig.parts(), {}).run_once(it.stop.get_token());

    CHECK(it.passed() == std::chrono::seconds(25));
    it.breaker.is_broken = false;
    CHECK(it.rig.post(it.id).state == PostState::publishing);
}

TEST_CASE("an engine leaves a living neighbour's posts alone") {
    Installation rig;
    const auto mine = rig.add_post();
    Engine second(rig.parts(), {});
    PostState seen = PostState::draft;
    rig.platform.replies.push_back({platform::Done{}, true, [&] {
                                        second.run_once({});
                                        seen = second.deliver_one(mine, {}).state;
                                    }});

    rig.run_once();

    CHECK(seen == PostState::publishing);
    CHECK(rig.post(mine).state == PostState::published);
    CHECK(rig.platform.prepared.size() == 1);
}

TEST_CASE("a lane that an engine holds without knowing it is given up at its next look around") {
    Installation rig;
    const auto first = rig.add_post();
    Engine engine(rig.parts(), {});
    engine.run_once({});
    REQUIRE(rig.post(first).state == PostState::published);
    const auto post = rig.add_post();
    rig.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE lane SET held_by = (SELECT id FROM engine), post_id = $1, wake_at = NULL,"
            " fence = fence + 1",
            {post});
    });

    engine.run_once({});
    CHECK(rig.post(post).state == PostState::scheduled);
    rig.clock.advance(Engine::Options().recheck);
    engine.run_once({});

    CHECK(rig.post(post).state == PostState::published);
    CHECK(rig.platform.accepted.size() == 2);
}

TEST_CASE("who waits for one post takes over from whoever died with its account in hand") {
    Installation rig;
    const auto first = rig.add_post();
    Engine engine(rig.parts(), {});
    REQUIRE(engine.deliver_one(first, {}).state == PostState::published);
    const auto post = rig.add_post();
    rig.write([&](store::Transaction& transaction) {
        const EngineId dead("dead");
        delivery::Ledger(dead).join(transaction, "test", rig.clock.now());
        const auto seen = delivery::free_lane_of(transaction, AccountId("main")).value();
        REQUIRE(delivery::take_lane(transaction, seen, dead, post).has_value());
    });

    CHECK(engine.deliver_one(post, {}).state == PostState::scheduled);
    rig.clock.advance(Engine::Options().recheck);

    CHECK(engine.deliver_one(post, {}).state == PostState::published);
}

// As if another machine had taken every engine for dead.
void bury_all(Installation& rig) {
    rig.write([&](store::Transaction& transaction) {
        delivery::Machine machine(rig.random);
        for (const auto& engine : delivery::other_engines(transaction, EngineId("none")))
            delivery::bury(transaction, engine, machine, rig.doors.policy, rig.clock.now());
    });
}

TEST_CASE("a slow answer after the lane was lost is kept as evidence and settles the post") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back({platform::Done{}, true, [&] { bury_all(rig); }});

    CHECK(rig.run_once().lost == 1);
    CHECK(rig.journal(id).back().state == delivery::AttemptState::observed);
    rig.drain();

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted.size() == 1);
    CHECK(rig.platform.looks == 0);
}

TEST_CASE("evidence from a second lane that was lost is kept beside the first") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back({platform::NotSent{}, false, [&] { bury_all(rig); }});
    rig.platform.replies.push_back({platform::Done{}, true, [&] { bury_all(rig); }});

    rig.drain();

    CHECK(rig.platform.prepared.size() == 2);
    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.looks == 0);
}

TEST_CASE("an engine that was taken for dead takes lanes again") {
    Installation rig;
    const auto first = rig.add_post();
    Engine engine(rig.parts(), {});
    engine.run_once({});
    REQUIRE(rig.post(first).state == PostState::published);
    bury_all(rig);
    const auto post = rig.add_post();

    engine.run_once({});
    CHECK(rig.post(post).state == PostState::scheduled);
    rig.clock.advance(Milliseconds(1000));
    engine.run_once({});

    CHECK(rig.post(post).state == PostState::published);
}

// How many statements there were, at each of which the store failed and a stop was asked for.
TEST_CASE("an engine that is stopped while the store fails leaves nothing in its hands") {
    constexpr int accounts = 12;
    int n = 1;
    for (bool was_hit = true; was_hit; ++n) {
        CAPTURE(n);
        std::stop_source stop;
        Breaker breaker;
        Installation rig([&](std::string_view) {
            try {
                breaker();
            } catch (const Error&) {
                stop.request_stop();
                throw;
            }
        });
        for (int i = 0; i < accounts; ++i) {
            const auto name = "account" + std::to_string(i);
            rig.add_account(name);
            rig.add_post(1, name);
            rig.platform.replies.push_back({platform::Done{}, true, [&rig, &stop] {
                                                if (rig.platform.accepted.size() + 1 == accounts)
                                                    stop.request_stop();
                                            }});
        }
        {
            Engine engine(rig.parts(), {.workers = accounts, .description = "test"});
            breaker.left = n;
            engine.run(stop.get_token());
            breaker.left = 0;
            rig.store->read([](store::Reader& reader) {
                CHECK(delivery::other_engines(reader, EngineId("none")).empty());
                CHECK(reader.query("SELECT 1 FROM lane WHERE held_by IS NOT NULL", {}).empty());
            });
        }
        was_hit = breaker.was_hit;
    }
    CHECK(n > 50);
}

// The row of the account `main` can no longer be read.
void damage_main(Installation& rig) {
    const auto policy = rig.doors.policy;
    rig.doors.policy = [policy](store::Reader& reader, const AccountId& account) {
        if (account == AccountId("main"))
            throw Error(Code::storage_corrupt, "The row is damaged.");
        return policy(reader, account);
    };
}

TEST_CASE("a damaged account does not stop the others") {
    Installation rig;
    rig.add_account("other");
    const auto bad = rig.add_post();
    const auto good = rig.add_post(1, "other");
    damage_main(rig);

    rig.run_once();

    CHECK(rig.post(bad).state == PostState::scheduled);
    CHECK(rig.post(good).state == PostState::published);
}

TEST_CASE("a damaged account of a dead engine does not keep the others from being taken over") {
    Installation rig;
    rig.platform.knows_absence = true;
    rig.platform.can_look = true;
    rig.add_account("other");
    const auto bad = rig.add_post();
    const auto good = rig.add_post(1, "other");
    rig.write([&](store::Transaction& transaction) {
        const EngineId dead("dead");
        delivery::Ledger(dead).join(transaction, "test", rig.clock.now());
        for (const auto& [account, post] : {std::pair("main", bad), std::pair("other", good)}) {
            const auto seen = delivery::free_lane_of(transaction, AccountId(account)).value();
            REQUIRE(delivery::take_lane(transaction, seen, dead, post).has_value());
        }
    });
    damage_main(rig);

    rig.run_once();

    CHECK(rig.post(bad).state == PostState::scheduled);
    CHECK(rig.post(good).state == PostState::published);
}

TEST_CASE("many posts of one account and of many accounts all go out once") {
    Installation rig;
    std::vector<PostId> posts;
    for (int i = 0; i < 40; ++i) {
        rig.add_account("a" + std::to_string(i));
        posts.push_back(rig.add_post(1, "a" + std::to_string(i)));
        posts.push_back(rig.add_post());
    }

    CHECK(rig.run_once().published == 80);
    CHECK(rig.platform.accepted.size() == 80);
}

}  // namespace
}  // namespace caas::flow
