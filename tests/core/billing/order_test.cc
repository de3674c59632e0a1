// Keys of orders, events that wait, and turns.
#include "core/billing/order.h"

#include <doctest/doctest.h>

#include "core/billing/event.h"
#include "tests/core/billing/rig.h"

namespace caas::billing {
namespace {

using namespace std::chrono_literals;

struct Desk : Rig {
    std::string begin(const stripe::Order& order) {
        return write([&](store::Transaction& transaction) {
            return begin_order(transaction, ids, organization.text(), order, clock.now());
        });
    }

    void finish(const std::string& key) {
        write([&](store::Transaction& transaction) { end_order(transaction, key, clock.now()); });
    }

    Reception take(const std::string& id, const std::string& type = "invoice.paid") {
        stripe::Event event;
        event.id = id;
        event.type = type;
        event.created_at = clock.now();
        return write([&](store::Transaction& transaction) {
            return receive(transaction, event, "{}", false, clock.now());
        });
    }

    std::vector<WaitingEvent> claim() {
        return write([&](store::Transaction& transaction) {
            return claim_events(transaction, clock.now(), 10);
        });
    }
};

const stripe::Order pro{"checkout", "/v1/checkout/sessions", {{"price", "pro"}}};
const stripe::Order team{"checkout", "/v1/checkout/sessions", {{"price", "team"}}};

TEST_CASE("an order that was not answered keeps its key, one that was gets another") {
    Desk it;
    const auto key = it.begin(pro);
    CHECK(key.starts_with("caas-checkout-"));
    CHECK(key.size() <= 255);
    CHECK(it.begin(pro) == key);
    CHECK(it.begin(team) != key);
    it.finish(key);
    CHECK(it.begin(pro) != key);
}

TEST_CASE("a key that Stripe may have forgotten is not used again") {
    Desk it;
    const auto key = it.begin(pro);
    it.clock.advance(22h);
    CHECK(it.begin(pro) == key);
    it.clock.advance(1h);
    CHECK(it.begin(pro) != key);
}

TEST_CASE("an event is worked on by one at a time, and again when they died") {
    Desk it;
    CHECK(it.take("evt_1") == Reception::accepted);
    CHECK(it.take("evt_1") == Reception::duplicate);
    CHECK(it.claim().size() == 1);
    CHECK(it.claim().empty());
    it.clock.advance(2min);
    const auto again = it.claim();
    REQUIRE(again.size() == 1);
    CHECK(again[0].tries == 2);
    it.write([&](store::Transaction& transaction) {
        settle_event(transaction, "evt_1", it.clock.now());
    });
    it.clock.advance(1h);
    CHECK(it.claim().empty());
    CHECK(it.take("evt_1") == Reception::duplicate);
}

TEST_CASE(
    "an event that fails is tried for about three days, then it is dead, and may be revived") {
    Desk it;
    it.take("evt_1");
    const auto since = it.clock.now();
    bool is_dead = false;
    for (int tries = 0; tries < 200 && !is_dead; ++tries) {
        const auto due = it.read([](store::Reader& reader) { return next_event(reader); });
        REQUIRE(due.has_value());
        if (*due > it.clock.now())
            it.clock.advance(*due - it.clock.now());
        const auto claimed = it.claim();
        REQUIRE(claimed.size() == 1);
        is_dead = it.write([&](store::Transaction& transaction) {
            return put_off_event(transaction, claimed[0], "away", it.random, it.clock.now());
        });
    }
    CHECK(is_dead);
    CHECK(it.clock.now() - since > 48h);
    CHECK(it.clock.now() - since < 24h * 5);
    it.read([](store::Reader& reader) {
        CHECK(count_events(reader).dead == 1);
        CHECK_FALSE(next_event(reader).has_value());
    });
    it.write([&](store::Transaction& transaction) {
        CHECK(revive_events(transaction, it.clock.now()) == 1);
    });
    CHECK(it.claim().size() == 1);
}

TEST_CASE("what was settled is remembered for as long as Stripe may bring it again") {
    Desk it;
    it.take("evt_1", "payout.paid");
    it.clock.advance(24h * 34);
    it.write([&](store::Transaction& transaction) { forget_events(transaction, it.clock.now()); });
    CHECK(it.take("evt_1", "payout.paid") == Reception::duplicate);
    it.clock.advance(24h * 2);
    it.write([&](store::Transaction& transaction) { forget_events(transaction, it.clock.now()); });
    CHECK(it.take("evt_1", "payout.paid") == Reception::ignored);
}

TEST_CASE("a turn is one's until it is over or forgotten") {
    Desk it;
    const auto first = it.clock.now() + 1h;
    const auto take = [&] {
        return it.write([&](store::Transaction& transaction) {
            return take_turn(transaction, "sync", first, it.clock.now() + 30min, it.clock.now());
        });
    };
    CHECK_FALSE(take());
    it.clock.advance(1h);
    CHECK(take());
    CHECK_FALSE(take());
    it.clock.advance(30min);
    CHECK(take());
    it.write([&](store::Transaction& transaction) {
        end_turn(transaction, "sync", it.clock.now() + 24h, it.clock.now());
    });
    it.clock.advance(23h);
    CHECK_FALSE(take());
}

}  // namespace
}  // namespace caas::billing
