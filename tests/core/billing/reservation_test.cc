#include "core/billing/reservation.h"

#include <array>
#include <atomic>
#include <map>
#include <thread>

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "core/billing/period.h"
#include "tests/core/billing/rig.h"

namespace caas::billing {
namespace {

TEST_CASE("a free organization has a hundred tokens, once a period") {
    Rig rig;

    const auto first = rig.reserve(1);
    CHECK(rig.balance().granted() == 100);
    CHECK(rig.balance().left() == 99);
    rig.settle(first, 1);
    rig.settle(rig.reserve(99), 99);
    CHECK(rig.balance().left() == 0);
    CHECK(
        Rig::refusal([&] { rig.reserve(1); }) ==
        "plan_limit: This generation may take 1 plan token, and 0 of 100 are left until "
        "2026-12-22 (plan Free)");

    // The organization was made on the 22nd.
    rig.clock.jump(std::chrono::hours(24 * 30));
    rig.reserve(100);
    CHECK(rig.number("SELECT count(*) FROM token_grant") == 2);
}

TEST_CASE("a refused generation is told of what lifts the limit") {
    Rig rig;
    rig.settle(rig.reserve(98), 98);

    try {
        rig.reserve(3);
        FAIL("nothing was thrown");
    } catch (const Error& e) {
        CHECK(e.hint() == "the plan Pro allows 5,000: caas billing checkout pro");
        REQUIRE(e.details().size() == 1);
        CHECK(e.details().front().rule == "plan.tokens_per_period");
        CHECK(e.details().front().message == "98 of 100 used; lifted by the plan pro");
    }
}

TEST_CASE("a reservation counts until it is settled, released or over") {
    Rig rig;

    const auto settled = rig.reserve(10);
    const auto released = rig.reserve(20);
    rig.reserve(30, std::chrono::minutes(1));
    CHECK(rig.balance().left() == 40);

    CHECK(rig.settle(settled, 4).tokens == 4);
    CHECK(rig.balance().left() == 46);
    rig.release(released);
    CHECK(rig.balance().left() == 66);
    rig.clock.advance(std::chrono::minutes(1));
    CHECK(rig.balance().left() == 96);
    CHECK(rig.number("SELECT count(*) FROM reservation") == 1);
    rig.write([&](store::Transaction& transaction) {
        CHECK(sweep_reservations(transaction, rig.clock.now()) == 1);
    });
    CHECK(rig.number("SELECT count(*) FROM reservation") == 0);
}

TEST_CASE("a generation is paid for once") {
    Rig rig;
    const auto generation = rig.reserve(5);

    CHECK(rig.settle(generation, 5).tokens == 5);
    CHECK(rig.settle(generation, 5).tokens == 0);

    CHECK(rig.balance().spent() == 5);
    CHECK(rig.number("SELECT CAST(SUM(tokens) AS BIGINT) FROM usage_day") == 5);
}

TEST_CASE("who takes more than was reserved takes what is left and nothing of others") {
    Rig rig;
    const auto mine = rig.reserve(10);
    rig.reserve(80);

    CHECK(rig.settle(mine, 50).tokens == 20);

    CHECK(rig.balance().left() == 0);
    CHECK(rig.balance().spent() == 20);
}

TEST_CASE("a reservation that was swept is still paid for, as far as there is something left") {
    Rig rig;
    const auto late = rig.reserve(60, std::chrono::minutes(1));
    rig.clock.jump(std::chrono::hours(1));
    rig.write(
        [&](store::Transaction& transaction) { sweep_reservations(transaction, rig.clock.now()); });
    rig.settle(rig.reserve(70), 70);

    CHECK(rig.settle(late, 60).tokens == 30);

    CHECK(rig.balance().spent() == 100);
}

TEST_CASE("what was reserved before a period ended is taken from its tokens") {
    Rig rig;
    rig.settle(rig.reserve(90), 90);
    rig.clock.jump(*parse_rfc3339("2026-12-21T23:59:59Z") - rig.clock.now());
    const auto before = rig.reserve(10);
    rig.clock.advance(std::chrono::seconds(2));

    CHECK(rig.settle(before, 10).tokens == 10);

    CHECK(rig.balance().granted() == 100);
    CHECK(rig.balance().spent() == 0);
}

TEST_CASE("tokens that end first are taken first") {
    Rig rig;
    rig.buy("pro");
    rig.grant(10, "late", rig.clock.now() + std::chrono::hours(48));
    rig.grant(10, "soon", rig.clock.now() + std::chrono::hours(24));
    rig.grant(10, "never");

    rig.settle(rig.reserve(15), 15);

    const auto purses = rig.balance().purses;
    REQUIRE(purses.size() == 3);
    CHECK(purses[0].spent == 10);
    CHECK(purses[1].spent == 5);
    CHECK(purses[2].spent == 0);
}

TEST_CASE("what was paid for stays when the plan ends") {
    Rig rig;
    rig.buy("pro");
    rig.grant(5000, "in_1", rig.clock.now() + std::chrono::hours(24 * 30));
    PlanState state;
    state.plan = "pro";
    state.standing = Standing::canceled;
    state.since = rig.clock.now();
    rig.set(state);

    rig.reserve(4000);

    CHECK(rig.balance().granted() == 5100);
}

TEST_CASE("who has bought the plan that everybody has gets its tokens once") {
    const std::map<std::string, std::string> variables{
        {"STRIPE_SECRET_KEY", "sk_test"}, {"CAAS_PLANS_DEFAULT", "pro"}};
    Rig rig(variables);
    rig.buy("pro");
    rig.grant(5000, "in_1", rig.clock.now() + std::chrono::hours(24 * 30));

    rig.reserve(1);

    CHECK(rig.balance().granted() == 5000);

    Rig other(variables);
    other.reserve(1);
    CHECK(other.balance().granted() == 5000);
}

TEST_CASE("how much is used is said of what there was to spend") {
    Rig rig;
    rig.buy("pro");
    rig.grant(10, "in_1", rig.clock.now() + std::chrono::hours(24 * 60));
    rig.settle(rig.reserve(9), 9);
    PlanState state;
    state.plan = "pro";
    state.standing = Standing::canceled;
    state.since = rig.clock.now();
    rig.set(state);
    rig.clock.jump(std::chrono::hours(24 * 40));

    const auto both = rig.settle(rig.reserve(2), 2);
    CHECK(both.used_before == 9);
    CHECK(both.used_after == 11);
    CHECK(both.granted == 110);

    // What the invoice gave is used up now.
    const auto refill = rig.settle(rig.reserve(5), 5);
    CHECK(refill.used_before == 1);
    CHECK(refill.used_after == 6);
    CHECK(refill.granted == 100);
    CHECK(refill.period_start == both.period_start);
}

TEST_CASE("a grant is given once for its reason and source") {
    Rig rig;

    CHECK(rig.grant(100, "in_1"));
    CHECK_FALSE(rig.grant(100, "in_1"));
    CHECK_FALSE(rig.grant(999, "in_1"));
    CHECK(rig.grant(100, "in_2"));

    CHECK(rig.balance().granted() == 200);
    CHECK(Rig::refusal([&] { rig.grant(0, "in_3"); }).starts_with("invalid"));
    CHECK(Rig::refusal([&] { rig.grant(5, "in_3", rig.clock.now()); }).starts_with("invalid"));
}

TEST_CASE("where nobody sells anything, everything is counted and nothing refused") {
    Rig rig(std::map<std::string, std::string>{});

    rig.settle(rig.reserve(1'000'000), 1'000'000);

    CHECK(rig.number("SELECT count(*) FROM token_grant") == 0);
    CHECK(rig.number("SELECT tokens FROM usage_day") == 1'000'000);
    CHECK(rig.balance().reserved == 0);
}

TEST_CASE("the cap of a month counts what was spent and what may be") {
    Rig rig(std::map<std::string, std::string>{});
    Wish wish;
    wish.organization = rig.organization;
    wish.month_cap = 1'000'000;
    wish.expires_at = rig.clock.now() + std::chrono::minutes(10);
    const auto reserve = [&](std::int64_t microdollars) {
        wish.generation = rig.ids.text();
        wish.ways = {{1, microdollars}};
        rig.write([&](store::Transaction& transaction) {
            billing::reserve(rig.plans, transaction, rig.ids, wish, rig.clock.now());
        });
        return wish.generation;
    };
    auto debit = rig.debit(reserve(600'000), 1);
    debit.microdollars = 500'000;
    rig.write([&](store::Transaction& transaction) {
        settle(rig.plans, transaction, rig.ids, debit, rig.clock.now());
    });
    reserve(300'000);

    CHECK(
        Rig::refusal([&] { reserve(200'001); }) ==
        "plan_limit: This generation may cost more than is left of the $1.00 that providers may "
        "cost in a month; $0.80 are used");
    reserve(200'000);

    // Another month.
    rig.clock.jump(std::chrono::hours(24 * 10));
    wish.expires_at = rig.clock.now() + std::chrono::minutes(10);
    reserve(1'000'000);
}

TEST_CASE("a plan token is what is begun of a thousand") {
    CHECK(plan_tokens(0, 1000) == 1);
    CHECK(plan_tokens(1, 1000) == 1);
    CHECK(plan_tokens(1000, 1000) == 1);
    CHECK(plan_tokens(1001, 1000) == 2);
    CHECK(plan_tokens(150, 1) == 150);
}

TEST_CASE("sixty-four threads never take more than there is") {
    Rig rig;
    rig.reserve(1);
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    std::vector<std::jthread> threads;
    threads.reserve(64);
    for (int i = 0; i < 64; ++i)
        threads.emplace_back([&, i] {
            for (int n = 0; n < 4; ++n) {
                try {
                    const auto generation = rig.reserve(1);
                    if ((i + n) % 7 == 0) {
                        rig.release(generation);
                    } else {
                        rig.settle(generation, 1);
                        ++made;
                    }
                } catch (const Error& e) {
                    CHECK(e.code() == Code::plan_limit);
                    ++refused;
                }
            }
        });
    threads.clear();
    // One may have been given back when all others had been refused already.
    while (made < 99) {
        rig.settle(rig.reserve(1), 1);
        ++made;
    }

    CHECK(made == 99);
    CHECK(refused > 0);
    CHECK_THROWS_AS(rig.reserve(1), Error);
    CHECK(rig.balance().spent() == 99);
    CHECK(rig.balance().reserved == 1);
    CHECK(rig.number("SELECT CAST(SUM(tokens) AS BIGINT) FROM usage_day") == 99);
}

TEST_CASE("two daemons on one database take no more than there is together") {
    Rig rig;
    rig.reserve(1, std::chrono::hours(1));
    store::Store other(rig.database.connector(), rig.clock);
    std::atomic<int> made = 0;
    const auto work = [&](store::Store& store) {
        for (int n = 0; n < 4; ++n) {
            Wish wish;
            wish.generation = rig.ids.text();
            wish.organization = rig.organization;
            wish.ways = {{5, 0}, {2, 0}};
            wish.expires_at = rig.clock.now() + std::chrono::minutes(10);
            const auto debit = rig.debit(wish.generation, 2);
            try {
                store.write([&](store::Transaction& transaction) {
                    billing::reserve(rig.plans, transaction, rig.ids, wish, rig.clock.now());
                });
                const auto settled = store.write([&](store::Transaction& transaction) {
                    return billing::settle(rig.plans, transaction, rig.ids, debit, rig.clock.now());
                });
                CHECK(settled.tokens == 2);
                ++made;
            } catch (const Error& e) {
                CHECK(e.code() == Code::plan_limit);
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] { work(rig.store); });
            threads.emplace_back([&] { work(other); });
        }
    }

    CHECK(made <= 49);
    CHECK(rig.balance().spent() == 2 * made);
    CHECK(rig.balance().reserved == 1);
}

// What may be done with the ledger, by chance, on a clock that also jumps back.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}

    std::int64_t below(std::int64_t most) {
        return static_cast<std::int64_t>(random_.number() % static_cast<std::uint64_t>(most));
    }

  private:
    fake::FakeRandom random_;
};

void step(Rig& rig, Chance& chance, std::vector<std::string>& open) {
    const auto take = [&] {
        const auto at =
            static_cast<std::size_t>(chance.below(static_cast<std::int64_t>(open.size())));
        auto generation = open[at];
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        return generation;
    };
    switch (chance.below(8)) {
        case 0:
        case 1:
        case 2:
            Rig::refusal([&] {
                open.push_back(
                    rig.reserve(1 + chance.below(20), std::chrono::minutes(1 + chance.below(30))));
            });
            break;
        case 3:
        case 4:
            if (!open.empty())
                rig.settle(take(), chance.below(30));
            break;
        case 5:
            if (!open.empty())
                rig.release(take());
            break;
        case 6:
            rig.grant(
                1 + chance.below(40),
                "in_" + std::to_string(chance.below(30)),
                rig.clock.now() + std::chrono::hours(1 + chance.below(400)));
            break;
        default:
            rig.clock.jump(std::chrono::minutes(chance.below(3000) - 300));
    }
}

TEST_CASE("whatever happens, the ledger's sums agree and no grant is overspent") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        Rig rig;
        Chance chance(seed);
        std::vector<std::string> open;
        for (int i = 0; i < 120; ++i)
            step(rig, chance, open);

        CHECK(
            rig.number(R"sql(
SELECT count(*) FROM token_grant g
WHERE g.tokens < (SELECT COALESCE(SUM(s.tokens), 0) FROM debit_share s WHERE s.grant_id = g.id))sql") ==
            0);
        CHECK(rig.number(R"sql(
SELECT count(*) FROM debit d
WHERE d.tokens <> (SELECT COALESCE(SUM(s.tokens), 0) FROM debit_share s
    WHERE s.generation_id = d.generation_id))sql") == 0);
        for (const auto* sum : {"tokens", "input_tokens", "output_tokens", "microdollars"}) {
            const auto of = [&](const std::string& table) {
                return rig.number(
                    "SELECT CAST(COALESCE(SUM(" + std::string(sum) + "), 0) AS BIGINT) FROM " +
                    table);
            };
            CHECK(of("debit") == of("usage_day"));
        }
        // A refill for a period, no two for one.
        CHECK(
            rig.number("SELECT count(*) FROM token_grant WHERE reason = 'refill'") ==
            rig.number("SELECT count(DISTINCT valid_from) FROM token_grant WHERE reason = "
                       "'refill'"));
    }
}

}  // namespace
}  // namespace caas::billing
