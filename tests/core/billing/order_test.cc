// Keys of orders, events that wait, and turns.
#include "core/billing/order.h"

#include <doctest/doctest.h>

#include "core/billing/customer.h"
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

TEST_CASE("what was ordered for a subscription that has changed since gets another key") {
    Desk it;
    const auto of_one = stripe::cancel_at_period_end("sub_1");
    const auto of_other = stripe::cancel_at_period_end("sub_2");
    const auto one = it.begin(of_one);
    const auto other = it.begin(of_other);
    const auto page = it.begin(pro);
    CHECK(it.begin(of_one) == one);

    it.write([&](store::Transaction& transaction) {
        end_orders_for(transaction, it.organization.text(), "sub_1", it.clock.now());
    });

    CHECK(it.begin(of_one) != one);
    CHECK(it.begin(of_other) == other);
    CHECK(it.begin(pro) == page);
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
        const auto due =
            it.read([&](store::Reader& reader) { return next_event(reader, it.clock.now()); });
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
    it.read([&](store::Reader& reader) {
        CHECK(count_events(reader).dead == 1);
        CHECK_FALSE(next_event(reader, it.clock.now()).has_value());
    });
    it.write([&](store::Transaction& transaction) {
        CHECK(revive_events(transaction, it.clock.now()) == 1);
    });
    CHECK(it.claim().size() == 1);
}

TEST_CASE("an event that a clock far ahead kept or put off is worked on all the same") {
    Desk it;
    const auto next = [&] {
        return it.read([&](store::Reader& reader) { return next_event(reader, it.clock.now()); });
    };
    it.clock.jump(24h * 400);
    it.take("evt_1");
    REQUIRE(it.claim().size() == 1);
    it.clock.jump(-24h * 400);

    CHECK(next() == it.clock.now());
    CHECK(it.claim().size() == 1);
    // It is somebody's for two minutes, as always.
    CHECK(next() == it.clock.now() + 2min);
    CHECK(it.claim().empty());
}

TEST_CASE("an event of a clock far ahead does not wait behind those that were put off") {
    Desk it;
    it.take("evt_1");
    REQUIRE(it.claim().size() == 1);
    it.clock.jump(24h * 400);
    it.take("evt_2");
    it.clock.jump(-24h * 400);

    CHECK(it.read([&](store::Reader& reader) {
        return next_event(reader, it.clock.now());
    }) == it.clock.now());
    const auto claimed = it.claim();
    REQUIRE(claimed.size() == 1);
    CHECK(claimed[0].id == "evt_2");
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

TEST_CASE("what is given up is tried again for a month and then forgotten") {
    Desk it;
    it.take("evt_1");
    const auto kill = [&] {
        it.write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE stripe_event SET state = 'dead', due_at = NULL, settled_at = $1",
                {it.clock.now()});
        });
    };
    const auto revived = [&] {
        return it.write([&](store::Transaction& transaction) {
            return revive_events(transaction, it.clock.now());
        });
    };
    const auto count_later = [&] {
        it.write(
            [&](store::Transaction& transaction) { forget_events(transaction, it.clock.now()); });
        return it.number("SELECT count(*) FROM stripe_event");
    };
    kill();
    it.clock.advance(24h * 29);
    CHECK(revived() == 1);
    kill();
    it.clock.advance(24h * 2);
    CHECK(revived() == 0);
    CHECK(count_later() == 1);
    it.clock.advance(24h * 35);
    CHECK(count_later() == 0);
}

TEST_CASE("what is settled is known by its id, and tells of nobody's purchase any more") {
    Desk it;
    const auto payload = [&] {
        return it.read([](store::Reader& reader) {
            return reader.query("SELECT payload FROM stripe_event", {}).front().text(0);
        });
    };
    SUBCASE("settled") {
        it.take("evt_1");
        CHECK(payload() == "{}");
        it.write([&](store::Transaction& transaction) {
            settle_event(transaction, "evt_1", it.clock.now());
        });
    }
    SUBCASE("of no interest") {
        it.take("evt_1", "payout.paid");
    }
    CHECK(payload().empty());
}

TEST_CASE("pages that ran out and what people were told are forgotten after months") {
    Desk it;
    it.write([&](store::Transaction& transaction) {
        add_customer(transaction, "cus_1", it.organization, false, it.clock.now());
        for (const auto* id : {"cs_1", "cs_2"})
            keep_checkout(
                transaction, {id, "cus_1", "pro", "price", "u", it.clock.now()}, it.clock.now());
        close_checkout(transaction, "cs_1", "expired");
        CHECK(note_told(transaction, it.organization, "refund", "ch_1", it.clock.now()));
    });
    const auto forget_after = [&](Milliseconds time) {
        it.clock.advance(time);
        it.write([&](store::Transaction& transaction) {
            forget_checkouts(transaction, it.clock.now());
            forget_told(transaction, it.clock.now());
        });
    };
    forget_after(24h * 29);
    CHECK(it.number("SELECT count(*) FROM stripe_checkout") == 2);
    CHECK(it.number("SELECT count(*) FROM billing_notice") == 1);
    forget_after(24h * 62);
    // What may still be open is kept.
    CHECK(it.number("SELECT count(*) FROM stripe_checkout") == 1);
    CHECK(it.number("SELECT count(*) FROM billing_notice") == 0);
}

TEST_CASE("a turn that a clock far ahead put off is taken all the same") {
    Desk it;
    const auto take = [&] {
        return it.write([&](store::Transaction& transaction) {
            return take_turn(
                transaction, "sync", it.clock.now(), it.clock.now() + 30min, it.clock.now());
        });
    };
    CHECK(take());
    it.write([&](store::Transaction& transaction) {
        end_turn(transaction, "sync", it.clock.now() + 24h * 4000, it.clock.now());
    });
    CHECK(take());
    CHECK_FALSE(take());
}

TEST_CASE("a turn that another took over is not ended by the one who had it") {
    Desk it;
    const auto take = [&] {
        const auto until = it.clock.now() + 60s;
        CHECK(it.write([&](store::Transaction& transaction) {
            return take_turn(transaction, "checkout", it.clock.now(), until, it.clock.now());
        }));
        return until;
    };
    const auto drop = [&](Instant until) {
        it.write(
            [&](store::Transaction& transaction) { drop_turn(transaction, "checkout", until); });
        return it.read(
            [](store::Reader& reader) { return !find_turn(reader, "checkout").has_value(); });
    };
    const auto mine = take();
    it.clock.advance(61s);
    const auto other = take();
    CHECK_FALSE(drop(mine));
    CHECK(drop(other));
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
