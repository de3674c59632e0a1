// What invoices pay for, and what is given for them.
#include "core/billing/invoice.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/core/billing/rig.h"

namespace caas::billing {
namespace {

using namespace std::chrono_literals;

constexpr Instant begin = from_ms(1'795'341'600'000);
constexpr Instant half = begin + 24h * 15;
constexpr Instant end = begin + 24h * 30;

struct Books : Rig {
    Books() {
        write([&](store::Transaction& transaction) {
            add_customer(transaction, "cus_1", organization, false, clock.now());
        });
    }

    static stripe::Invoice invoice(
        const std::string& id,
        const std::string& reason,
        std::vector<stripe::InvoiceLine> lines,
        Instant made = begin) {
        stripe::Invoice out;
        out.id = id;
        out.customer = "cus_1";
        out.subscription = "sub_1";
        out.status = "paid";
        out.reason = reason;
        out.created_at = made;
        out.lines = std::move(lines);
        return out;
    }

    PaidInvoice read_it(const stripe::Invoice& it) const {
        return read_paid(plans, it, [](const std::string& price) -> std::optional<std::string> {
            if (price == "price_other")
                return std::nullopt;
            return price.substr(price.find('_') + 1);
        });
    }

    bool keep(const stripe::Invoice& it) {
        const auto paid = read_it(it);
        return write([&](store::Transaction& transaction) {
            const auto customer = *find_customer(transaction, "cus_1");
            take_revision(transaction, customer.id);
            return settle_invoice(plans, transaction, ids, customer, paid, clock.now());
        });
    }

    // For a period whose `invoice` is not paid.
    bool give(const std::string& invoice, const std::string& plan, Milliseconds grace = 24h * 6) {
        return write([&](store::Transaction& transaction) {
            const auto customer = *find_customer(transaction, "cus_1");
            const Advance ahead{invoice, "sub_1", plan, begin, end, begin + grace};
            return give_ahead(plans, transaction, ids, customer, ahead, begin);
        });
    }

    std::int64_t given() {
        return number("SELECT CAST(coalesce(sum(tokens), 0) AS BIGINT) FROM token_grant");
    }
};

stripe::Invoice first() {
    return Books::invoice("in_1", "subscription_create", {{"price_pro", 2900, false, begin, end}});
}

stripe::Invoice up(const std::string& id) {
    return Books::invoice(
        id,
        "subscription_update",
        {{"price_pro", -1450, true, half, end}, {"price_team", 4950, true, half, end}},
        half);
}

TEST_CASE("a first invoice and a renewal pay a period, and a change pays a difference") {
    Books it;
    const auto create = it.read_it(first());
    CHECK(create.kind == Paid::period);
    CHECK(create.plan_after == "pro");
    CHECK(create.period_end == end);
    const auto update = it.read_it(up("in_2"));
    CHECK(update.kind == Paid::upgrade);
    CHECK(update.plan_before == "pro");
    CHECK(update.plan_after == "team");
    CHECK(update.period_start == half);
}

TEST_CASE("of what is not ours, and of a credit alone, nothing is given") {
    Books it;
    CHECK(
        it.read_it(Books::invoice("i", "manual", {{"price_other", 100, false, begin, end}})).kind ==
        Paid::nothing);
    CHECK(
        it.read_it(
              Books::invoice("i", "subscription_update", {{"price_team", -100, true, half, end}}))
            .kind == Paid::nothing);
    CHECK(it.read_it(Books::invoice("i", "subscription_cycle", {})).kind == Paid::nothing);
}

TEST_CASE("a renewal that also settles earlier changes gives one period") {
    Books it;
    const auto paid = it.read_it(Books::invoice(
        "i",
        "subscription_cycle",
        {{"price_pro", -1000, true, half, end},
         {"price_team", 4000, true, half, end},
         {"price_team", 9900, false, end, end + 24h * 30}}));
    CHECK(paid.kind == Paid::period);
    CHECK(paid.plan_after == "team");
    CHECK(paid.period_start == end);
}

TEST_CASE("a trial's first invoice costs nothing and gives its tokens") {
    Books it;
    CHECK(it.keep(Books::invoice(
        "in_0", "subscription_create", {{"price_pro", 0, false, begin, begin + 24h * 14}})));
    CHECK(it.given() == 5000);
}

TEST_CASE("an invoice gives its tokens once, and they outlive its period by a day") {
    Books it;
    CHECK(it.keep(first()));
    CHECK_FALSE(it.keep(first()));
    CHECK(it.given() == 5000);
    CHECK(
        it.number("SELECT expires_at FROM token_grant") ==
        to_ms(end) + std::chrono::milliseconds(24h).count());
}

TEST_CASE("whatever comes first, changes in one period give from the least to the greatest") {
    const auto down_and_up = [](const std::string& id) {
        return Books::invoice(
            id,
            "subscription_update",
            {{"price_pro", -100, true, half, end}, {"price_team", 400, true, half, end}},
            half + 24h);
    };
    Books forwards;
    forwards.keep(first());
    forwards.keep(up("in_2"));
    forwards.keep(down_and_up("in_3"));
    Books backwards;
    backwards.keep(down_and_up("in_3"));
    backwards.keep(up("in_2"));
    backwards.keep(first());
    CHECK(forwards.given() == 20000);
    CHECK(backwards.given() == 20000);
}

TEST_CASE("what is given ahead is part of what the payment gives") {
    Books it;
    CHECK(it.give("in_1", "pro"));
    CHECK_FALSE(it.give("in_1", "pro"));
    CHECK(it.given() == 1000);
    it.keep(first());
    CHECK(it.given() == 5000);
    CHECK_FALSE(it.give("in_1", "pro"));
    CHECK(it.given() == 5000);
}

TEST_CASE("of one period tokens are given ahead once, however many invoices are not paid") {
    Books it;
    SUBCASE("that is not paid") {
        CHECK(it.give("in_1", "pro"));
        CHECK_FALSE(it.give("in_2", "pro"));
        CHECK(it.given() == 1000);
    }
    SUBCASE("that is paid") {
        it.keep(first());
        CHECK_FALSE(it.give("in_2", "pro"));
        CHECK(it.given() == 5000);
    }
}

TEST_CASE("what was given ahead for a change is part of what its payment gives") {
    Books it;
    REQUIRE(it.give("in_2", "team"));
    CHECK(it.given() == 4000);
    it.keep(up("in_2"));
    CHECK(it.given() == 15000);
}

TEST_CASE("what was given ahead and is not spent is not lost when the payment comes") {
    Books it;
    it.buy("pro");  // so that there are no tokens of the free plan
    const auto left_later = [&] {
        it.clock.advance(24h * 7);
        return it.balance().left();
    };
    SUBCASE("of the same plan") {
        REQUIRE(it.give("in_1", "pro"));
        it.settle(it.reserve(300), 300);
        it.keep(first());
        CHECK(it.balance().left() == 4700);
        CHECK(left_later() == 4700);
    }
    SUBCASE("when the grace has ended before") {
        REQUIRE(it.give("in_1", "pro"));
        CHECK(left_later() == 0);
        it.keep(first());
        CHECK(it.balance().left() == 5000);
    }
    SUBCASE("of a greater plan, though no more than is paid for") {
        REQUIRE(it.give("in_1", "team", 24h * 15));
        it.settle(it.reserve(300), 300);
        it.keep(first());
        CHECK(it.balance().left() == 4700);
        it.clock.advance(24h * 16);
        CHECK(it.balance().left() == 4700);
    }
}

}  // namespace
}  // namespace caas::billing
