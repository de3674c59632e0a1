// Which plan follows from what was bought and paid.
#include "core/billing/subscription.h"

#include <array>

#include <doctest/doctest.h>

#include "tests/core/billing/rig.h"

namespace caas::billing {
namespace {

using namespace std::chrono_literals;

constexpr Instant begin = from_ms(1'795'341'600'000);
constexpr Instant end = begin + 24h * 30;
constexpr std::chrono::days grace{7};

Bought bought(const std::string& status, const std::string& plan, const std::string& id = "sub_1") {
    Bought out;
    out.id = id;
    out.customer = "cus_1";
    out.status = status;
    out.plan = plan;
    out.period_start = begin;
    out.period_end = end;
    out.created_at = begin;
    return out;
}

PaidInvoice paid(const std::string& plan, Instant until = end) {
    PaidInvoice out;
    out.id = "in_1";
    out.subscription = "sub_1";
    out.kind = Paid::period;
    out.plan_after = plan;
    out.period_start = begin;
    out.period_end = until;
    out.created_at = begin;
    return out;
}

struct Shop : Rig {
    PlanState state(
        std::vector<Bought> all, std::vector<PaidInvoice> invoices = {}, Instant now = begin) {
        return state_of(plans, all, invoices, grace, now);
    }

    std::string in_force(std::vector<Bought> all, Instant now = begin) {
        return plan_in_force(plans, state(std::move(all), {}, now), now).id;
    }
};

TEST_CASE("each status of Stripe is a standing, and gives the plan or not") {
    Shop it;
    for (const auto* status : {"trialing", "active", "past_due"})
        CHECK_MESSAGE(it.in_force({bought(status, "pro")}) == "pro", status);
    for (const auto* status :
         {"incomplete", "incomplete_expired", "unpaid", "canceled", "paused", "something_new"})
        CHECK_MESSAGE(it.in_force({bought(status, "pro")}) == "free", status);
    CHECK(it.state({bought("incomplete_expired", "pro")}).standing == Standing::none);
    CHECK(it.state({}).standing == Standing::none);
}

TEST_CASE("the grace runs from the day the unpaid period began") {
    Shop it;
    CHECK(it.in_force({bought("past_due", "pro")}, begin + 24h * 7 - 1ms) == "pro");
    CHECK(it.in_force({bought("past_due", "pro")}, begin + 24h * 7) == "free");
}

TEST_CASE(
    "a period that is paid holds to its end and the next one's grace, whatever else is owed") {
    Shop it;
    const auto in_force = [&](Instant now) {
        const auto state = it.state({bought("past_due", "pro")}, {paid("pro")}, now);
        return plan_in_force(it.plans, state, now).id;
    };
    CHECK(in_force(begin + 24h * 7) == "pro");
    CHECK(in_force(end) == "pro");
    CHECK(in_force(end + 24h * 7) == "free");
    // A former period that was paid, or a trial that was cut short, pays nothing of this one.
    CHECK(
        it.state({bought("past_due", "pro")}, {paid("pro", begin)}).grace_until == begin + 24h * 7);
    auto trial = paid("pro");
    trial.period_start = begin - 24h;
    CHECK(it.state({bought("past_due", "pro")}, {trial}).grace_until == begin + 24h * 7);
}

TEST_CASE("a greater plan that is not paid is not had, and the paid one is") {
    Shop it;
    const auto state = it.state({bought("past_due", "team")}, {paid("pro")});
    CHECK(state.plan == "pro");
    CHECK(state.next_plan == "team");
    CHECK(it.state({bought("past_due", "team")}).plan == "team");
    CHECK(it.state({bought("active", "team")}, {paid("pro")}).plan == "team");
}

TEST_CASE("of several, what gives something now counts, and of those the greatest") {
    Shop it;
    CHECK(it.state({bought("canceled", "team", "a"), bought("active", "pro", "b")}).plan == "pro");
    CHECK(it.state({bought("active", "team", "a"), bought("active", "pro", "b")}).plan == "team");
    auto later = bought("canceled", "pro", "b");
    later.created_at = end;
    CHECK(it.state({later, bought("canceled", "team", "a")}).plan == "pro");
}

TEST_CASE("what is paid for holds until its period ends, though less is billed next") {
    Shop it;
    const auto state = it.state({bought("active", "pro")}, {paid("team")});
    CHECK(state.plan == "team");
    CHECK(state.next_plan == "pro");
    // Of a former period nothing is left.
    CHECK(it.state({bought("active", "pro")}, {paid("team", begin)}).plan == "pro");
    CHECK_FALSE(it.state({bought("active", "team")}, {paid("pro")}).next_plan.has_value());
}

TEST_CASE("an end is an end by its mark or by its date") {
    Shop it;
    auto one = bought("active", "pro");
    one.is_ending = true;
    CHECK(it.state({one}).cancel_at_period_end);
    one.status = "canceled";
    CHECK_FALSE(it.state({one}).cancel_at_period_end);
}

TEST_CASE("a plan that was taken out of the file is no plan") {
    Shop it;
    CHECK(it.state({bought("active", "gold")}).standing == Standing::none);
}

TEST_CASE("a price sells what it sold when it was seen first") {
    Shop it;
    stripe::Price price{"price_1", "caas_pro_monthly", 2900, "usd", "month", true};
    it.write([&](store::Transaction& transaction) {
        CHECK(plan_of_price(it.plans, transaction, price) == "pro");
        keep_price(transaction, price.id, "pro");
        price.lookup_key.clear();
        CHECK(plan_of_price(it.plans, transaction, price) == "pro");
        price.id = "price_2";
        CHECK_FALSE(plan_of_price(it.plans, transaction, price).has_value());
    });
}

}  // namespace
}  // namespace caas::billing
