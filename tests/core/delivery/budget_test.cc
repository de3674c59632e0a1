#include "core/delivery/budget.h"

#include <array>
#include <deque>

#include <doctest/doctest.h>

#include "core/delivery/change.h"
#include "core/delivery/lane.h"
#include "core/delivery/turn.h"
#include "tests/core/delivery/rig.h"

namespace caas::delivery {
namespace {

constexpr Milliseconds quarter = std::chrono::minutes(15);

std::optional<Instant> spend_one(Rig& rig, const Allowance& allowance, int count = 1) {
    const auto shortage = rig.write([&](store::Transaction& transaction) {
        return spend(transaction, std::span(&allowance, 1), {count}, rig.clock.now());
    });
    return shortage ? std::optional(shortage->at) : std::nullopt;
}

TEST_CASE("a budget lets its burst through at once and then one an interval") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};

    CHECK_FALSE(spend_one(rig, allowance));
    CHECK_FALSE(spend_one(rig, allowance));
    const auto when = spend_one(rig, allowance);

    REQUIRE(when);
    CHECK(*when == rig.clock.now() + allowance.interval());
    rig.clock.advance(allowance.interval());
    CHECK_FALSE(spend_one(rig, allowance));
}

TEST_CASE("no window ever holds more than the allowance") {
    for (const int most : {1, 2, 5, 9, 100}) {
        CAPTURE(most);
        Rig rig;
        const Allowance allowance{"account:a", most, quarter};
        std::deque<Instant> spent;
        std::size_t fullest = 0;
        for (int step = 0; step < 600; ++step) {
            if (!spend_one(rig, allowance))
                spent.push_back(rig.clock.now());
            else
                rig.clock.advance(
                    Milliseconds(static_cast<std::int64_t>(rig.random.number() % 30'000)));
            while (!spent.empty() && spent.front() <= rig.clock.now() - quarter)
                spent.pop_front();
            fullest = std::max(fullest, spent.size());
        }
        CHECK(fullest <= static_cast<std::size_t>(most));
        CHECK(fullest * 10 >= static_cast<std::size_t>(most) * 7);
    }
}

TEST_CASE("a thread longer than the burst waits for a full bucket and is then paid for") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};

    CHECK_FALSE(spend_one(rig, allowance, 5));
    const auto when = spend_one(rig, allowance, 5);

    REQUIRE(when);
    CHECK(*when == rig.clock.now() + 5 * allowance.interval());
}

TEST_CASE("a clock that was far ahead once does not close a budget until then") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    CHECK_FALSE(spend_one(rig, allowance));
    rig.write([&](store::Transaction& transaction) {
        transaction.execute(
            "UPDATE budget SET full_at = $1", {rig.clock.now() + std::chrono::hours(24 * 365)});
    });
    REQUIRE(spend_one(rig, allowance));

    rig.clock.advance(quarter + 100 * allowance.interval());

    CHECK_FALSE(spend_one(rig, allowance));
}

TEST_CASE("what a clock that was far ahead closed opens a day after that is found out") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    const auto day = std::chrono::hours(24);
    rig.clock.jump(7 * day);
    rig.write([&](store::Transaction& transaction) {
        close_budget(transaction, allowance, rig.clock.now() + quarter, rig.clock.now());
    });
    rig.clock.jump(-7 * day);

    CHECK(spend_one(rig, allowance) == rig.clock.now() + day);
    rig.clock.advance(day / 2);
    CHECK(spend_one(rig, allowance) == rig.clock.now() + day / 2);
    rig.clock.advance(day / 2);
    CHECK_FALSE(spend_one(rig, allowance));
}

TEST_CASE("what was spent while the clock was ahead can be made to come back within a window") {
    Rig rig;
    const Allowance allowance{"account:a", 1, quarter};
    const auto day = std::chrono::hours(24);
    rig.clock.jump(day);
    CHECK_FALSE(spend_one(rig, allowance));
    rig.clock.jump(-day);
    REQUIRE(spend_one(rig, allowance));

    rig.write([&](store::Transaction& transaction) {
        shorten_debts(transaction, Milliseconds::zero(), rig.clock.now());
    });

    CHECK(spend_one(rig, allowance) == rig.clock.now() + quarter);
    rig.clock.advance(quarter);
    CHECK_FALSE(spend_one(rig, allowance));
}

TEST_CASE(
    "a budget that was hardly touched while the clock was ahead is not spent once it is right") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    const auto day = std::chrono::hours(24);
    rig.clock.jump(day);
    CHECK_FALSE(spend_one(rig, allowance));
    rig.clock.jump(-day);

    for (int engine = 0; engine < 2; ++engine)
        rig.write([&](store::Transaction& transaction) {
            shorten_debts(transaction, day, rig.clock.now());
        });

    CHECK_FALSE(spend_one(rig, allowance));
    CHECK(spend_one(rig, allowance) == rig.clock.now() + allowance.interval());
}

TEST_CASE("no platform closes a budget for longer than a day") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    const auto day = std::chrono::hours(24);
    rig.write([&](store::Transaction& transaction) {
        close_budget(transaction, allowance, rig.clock.now() + 30 * day, rig.clock.now());
    });

    rig.clock.advance(day);

    CHECK_FALSE(spend_one(rig, allowance));
}

TEST_CASE("who has waited once needs only one, and owes the rest") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    const auto spend_for = [&](const Price& price) {
        return rig.write([&](store::Transaction& transaction) {
            return spend(transaction, std::span(&allowance, 1), price, rig.clock.now());
        });
    };
    CHECK_FALSE(spend_for({1}));
    REQUIRE(spend_for({2}));

    CHECK_FALSE(spend_for({2, true}));

    const auto next = spend_for({1, true});
    REQUIRE(next);
    CHECK(next->at == rig.clock.now() + 2 * allowance.interval());
}

TEST_CASE("what one of two budgets refuses is taken from neither") {
    Rig rig;
    const std::array both{Allowance{"account:a", 100, quarter}, Allowance{"app:x", 1, quarter}};
    const auto spend_both = [&] {
        return rig.write([&](store::Transaction& transaction) {
            return spend(transaction, both, {}, rig.clock.now());
        });
    };

    CHECK_FALSE(spend_both());
    for (int i = 0; i < 30; ++i)
        CHECK(spend_both());

    CHECK_FALSE(spend_one(rig, both[0], 19));
}

TEST_CASE("what came back by itself is not given back a second time") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    const auto give_back = [&](Milliseconds passed) {
        rig.write([&](store::Transaction& transaction) {
            refund(transaction, std::span(&allowance, 1), 2, passed);
        });
    };
    CHECK_FALSE(spend_one(rig, allowance, 2));
    CHECK(spend_one(rig, allowance));

    give_back({});
    CHECK_FALSE(spend_one(rig, allowance, 2));

    const auto passed = 2 * allowance.interval();
    rig.clock.advance(passed);
    CHECK_FALSE(spend_one(rig, allowance, 2));
    give_back(passed);
    CHECK(spend_one(rig, allowance));
}

TEST_CASE("a closed budget opens at the time the platform gave") {
    Rig rig;
    const Allowance allowance{"account:a", 10, quarter};
    const auto until = rig.clock.now() + std::chrono::hours(5);
    rig.write([&](store::Transaction& transaction) {
        close_budget(transaction, allowance, until, rig.clock.now());
    });

    CHECK(spend_one(rig, allowance) == until);
    rig.clock.advance(std::chrono::hours(5));
    CHECK_FALSE(spend_one(rig, allowance));
}

TEST_CASE("whoever finds nothing to spend is told whether the platform wants that") {
    Rig rig;
    const std::array both{Allowance{"account:a", 1, quarter}, Allowance{"ration:a", 1, quarter}};
    const auto close_for = [&](Milliseconds time) {
        rig.write([&](store::Transaction& transaction) {
            close_budget(transaction, both[0], rig.clock.now() + time, rig.clock.now());
        });
    };
    const auto spend_both = [&] {
        return rig.write([&](store::Transaction& transaction) {
            return spend(transaction, both, {}, rig.clock.now());
        });
    };
    REQUIRE_FALSE(spend_both());

    CHECK_FALSE(spend_both().value().is_closed);
    close_for(2 * quarter);
    CHECK(spend_both().value().is_closed);
    // What lasts longer counts.
    close_for(Milliseconds(1));
    CHECK_FALSE(spend_both().value().is_closed);
}

TEST_CASE("a wall clock set back an hour stops nobody for longer than a window") {
    Rig rig;
    const Allowance allowance{"account:a", 1, quarter};
    CHECK_FALSE(spend_one(rig, allowance));

    rig.clock.jump(-std::chrono::hours(1));
    const auto when = spend_one(rig, allowance);

    REQUIRE(when);
    CHECK(*when <= rig.clock.now() + quarter);
}

TEST_CASE("the posts of a platform in hand are those whose lanes are held") {
    Rig rig;
    const auto post = rig.add_post();
    CHECK(in_hand(rig.reader(), "test") == 0);

    rig.write([&](store::Transaction& transaction) {
        const EngineId engine("e");
        Ledger(engine).join(transaction, "test", rig.clock.now());
        take_lane(transaction, *free_lane_of(transaction, rig.account), engine, post);
    });

    CHECK(in_hand(rig.reader(), "test") == 1);
    CHECK(in_hand(rig.reader(), "elsewhere") == 0);
}

TEST_CASE("a post that is put off says why and wakes its lane later") {
    Rig rig;
    const auto id = rig.add_post();
    const auto seen = rig.post(id);
    const auto until = rig.clock.now() + quarter;
    const auto put = [&] {
        rig.write([&](store::Transaction& transaction) {
            save_wait(transaction, seen, {until, "Waits."}, rig.clock.now());
        });
    };

    put();
    CHECK(rig.post(id).wake_at == until);
    CHECK(rig.post(id).state == PostState::scheduled);
    CHECK(rig.post(id).message == "Waits.");
    CHECK(next_wake(rig.reader()) == until);

    rig.clock.advance(std::chrono::minutes(1));
    rig.write([&](store::Transaction& transaction) {
        cancel(transaction, rig.workspace, id, rig.clock.now());
    });
    put();
    CHECK(rig.post(id).state == PostState::canceled);
    CHECK_FALSE(rig.post(id).wake_at);
}

TEST_CASE("full budgets are forgotten, closed and half-spent ones are not") {
    Rig rig;
    const Allowance spent{"account:a", 10, quarter};
    const Allowance closed{"account:b", 10, quarter};
    CHECK_FALSE(spend_one(rig, spent));
    rig.write([&](store::Transaction& transaction) {
        close_budget(transaction, closed, rig.clock.now() + std::chrono::hours(5), rig.clock.now());
    });
    const auto prune = [&] {
        return rig.write([&](store::Transaction& transaction) {
            return prune_budgets(transaction, rig.clock.now());
        });
    };

    CHECK(prune() == 0);
    rig.clock.advance(quarter);
    CHECK(prune() == 1);
    rig.clock.advance(std::chrono::hours(5));
    CHECK(prune() == 1);
}

}  // namespace
}  // namespace caas::delivery
