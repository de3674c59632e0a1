#include "core/delivery/ledger.h"

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Two engines on one database.
struct Two : Rig {
    Two() {
        write([&](store::Transaction& transaction) {
            first.join(transaction, "first", clock.now());
            second.join(transaction, "second", clock.now());
        });
    }

    // The change that a claim makes: the post is published by one step.
    Change begin(const PostId& id) {
        const auto before = post(id);
        Change change(before);
        auto after = before;
        Journal journal = read_journal(reader(), id);
        const auto verdict = machine.open(after, journal, {}, clock.now());
        Attempt step;
        step.id = ids.make<AttemptId>();
        step.post = id;
        step.step = "create";
        step.publishes = true;
        machine.begin(after, journal, step, clock.now());
        change.intent = journal.back();
        change.pass(verdict.event, after);
        return change;
    }

    std::optional<Lane> claim(const Ledger& ledger, Change& change) {
        const auto lane = free_lane_of(reader(), account);
        if (!lane)
            return std::nullopt;
        return write([&](store::Transaction& transaction) {
            return ledger.claim(transaction, *lane, change);
        });
    }

    static Policy active(store::Reader&, const AccountId&) { return {}; }

    Machine machine{random};
    Ledger first{EngineId("first")};
    Ledger second{EngineId("second")};
};

TEST_CASE("a lane is taken once") {
    Two rig;
    const auto id = rig.add_post();
    auto mine = rig.begin(id);
    auto theirs = rig.begin(id);
    const auto seen = *free_lane_of(rig.reader(), rig.account);

    CHECK(rig.claim(rig.first, mine));
    const auto lane = rig.write([&](store::Transaction& transaction) {
        return rig.second.claim(transaction, seen, theirs);
    });
    CHECK_FALSE(lane);
    CHECK(read_journal(rig.reader(), id).size() == 1);
}

TEST_CASE("a claim loses against an edit, a move or a cancel before it") {
    Two rig;
    const auto id = rig.add_post();
    auto change = rig.begin(id);
    rig.write([&](store::Transaction& transaction) {
        auto before = rig.post(id);
        auto after = before;
        after.wake_at = rig.clock.now() + minutes(1);
        save(transaction, before, after, Event::move);
    });

    CHECK_FALSE(rig.claim(rig.first, change));
    CHECK(rig.post(id).state == PostState::scheduled);
    CHECK(read_journal(rig.reader(), id).empty());
}

TEST_CASE("a lane seen before others worked on it is not taken") {
    Two rig;
    const auto id = rig.add_post();
    auto change = rig.begin(id);
    const auto seen = *free_lane_of(rig.reader(), rig.account);
    rig.write([&](store::Transaction& transaction) { break_lane(transaction, rig.account); });

    const auto lane = rig.write([&](store::Transaction& transaction) {
        return rig.first.claim(transaction, seen, change);
    });
    CHECK_FALSE(lane);
}

TEST_CASE("whoever lost its lane writes nothing but what it saw") {
    Two rig;
    const auto id = rig.add_post();
    auto change = rig.begin(id);
    const auto lane = *rig.claim(rig.first, change);
    rig.write([&](store::Transaction& transaction) {
        bury(transaction, EngineId("first"), rig.machine, Two::active, rig.clock.now());
    });
    CHECK(rig.post(id).state == PostState::unconfirmed);
    CHECK(rig.post(id).wake_at == rig.clock.now());

    Change late(rig.post(id));
    auto published = rig.post(id);
    rig.machine.finish(published, rig.clock.now());
    late.pass(Event::publish, published);
    auto step = *change.intent;
    const auto recorded = rig.write([&](store::Transaction& transaction) {
        Outcome outcome;
        outcome.ending = Ending::done;
        outcome.remote_id = "r";
        rig.first.observe(
            transaction, step, outcome, rig.ids.make<AttemptId>(), {}, rig.clock.now());
        return rig.first.record(transaction, lane, late);
    });

    CHECK(recorded == Recorded::lost);
    CHECK(rig.post(id).state == PostState::unconfirmed);
    const auto journal = read_journal(rig.reader(), id);
    CHECK(journal.size() == 2);
    CHECK(journal[1].state == AttemptState::observed);
    CHECK(observations(journal)->remote_id == "r");
}

TEST_CASE("a dead engine's lane is free and its engine is forgotten") {
    Two rig;
    const auto id = rig.add_post();
    auto change = rig.begin(id);
    rig.claim(rig.first, change);
    CHECK(other_engines(rig.reader(), EngineId("second")).size() == 1);

    const int posts = rig.write([&](store::Transaction& transaction) {
        return bury(transaction, EngineId("first"), rig.machine, Two::active, rig.clock.now());
    });

    CHECK(posts == 1);
    CHECK(free_lane_of(rig.reader(), rig.account));
    CHECK(other_engines(rig.reader(), EngineId("second")).empty());
}

TEST_CASE("an engine cannot leave while it holds a lane") {
    Two rig;
    auto change = rig.begin(rig.add_post());
    rig.claim(rig.first, change);

    CHECK_THROWS_AS(
        rig.write([&](store::Transaction& transaction) { rig.first.leave(transaction); }), Error);
}

TEST_CASE("writing the same outcome twice writes it once") {
    Two rig;
    const auto id = rig.add_post();
    auto change = rig.begin(id);
    const auto lane = *rig.claim(rig.first, change);
    Change next(rig.post(id));
    auto after = rig.post(id);
    after.parts_published = 1;
    next.pass(Event::advance, after);
    next.intent = *change.intent;
    next.intent->id = rig.ids.make<AttemptId>();
    next.intent->part = 1;
    const auto record = [&] {
        return rig.write([&](store::Transaction& transaction) {
            return rig.first.record(transaction, lane, next);
        });
    };

    CHECK(record() == Recorded::yes);
    CHECK(record() == Recorded::before);
    CHECK(read_journal(rig.reader(), id).size() == 2);
}

TEST_CASE("lanes are found by who waits longest and not before their time") {
    Two rig;
    const auto other = rig.add_account("other");
    auto late = rig.draft();
    late.due_at += minutes(2);
    rig.add(late);
    auto early = rig.draft();
    early.account = other;
    early.due_at += minutes(1);
    rig.add(early);

    CHECK(due_lanes(rig.reader(), rig.clock.now(), 10).empty());
    CHECK(next_wake(rig.reader()) == early.due_at);
    const auto lanes = due_lanes(rig.reader(), rig.clock.now() + minutes(5), 10);
    REQUIRE(lanes.size() == 2);
    CHECK(lanes[0].account == other);
    CHECK(due_lanes(rig.reader(), rig.clock.now() + minutes(5), 1).size() == 1);
}

TEST_CASE("an account's posts come up in the order of their times") {
    Two rig;
    auto second = rig.draft();
    second.due_at += seconds(2);
    auto first = rig.draft();
    first.due_at += seconds(1);
    rig.add(second);
    rig.add(first);

    CHECK(first_posts(rig.reader(), std::span(&rig.account, 1)).at(0).id == first.id);
}

}  // namespace
}  // namespace caas::delivery
