#include "core/billing/plan.h"

#include <doctest/doctest.h>

#include "core/billing/lock.h"
#include "tests/core/billing/rig.h"

namespace caas::billing {
namespace {

std::string in_force(Rig& rig) {
    return rig.read([&](store::Reader& reader) {
        return plan_in_force(rig.plans, reader, rig.organization, rig.clock.now()).id;
    });
}

PlanState pro(Rig& rig, Standing standing) {
    PlanState state;
    state.plan = "pro";
    state.standing = standing;
    state.since = rig.clock.now();
    state.period_start = rig.clock.now();
    state.period_end = rig.clock.now() + std::chrono::hours(24 * 30);
    return state;
}

TEST_CASE("whoever pays for nothing has the plan of those, by what the installation sells") {
    CHECK(Rig().plans.unpaid().id == "free");
    CHECK(Rig(Rig::Variables{{"CAAS_PLANS_DEFAULT", "team"}}).plans.unpaid().id == "team");
    Rig rig(Rig::Variables{});
    CHECK(rig.plans.unpaid().id == "self_hosted");
    CHECK_FALSE(rig.plans.has_billing());
    CHECK_FALSE(rig.plans.may_lock());
    for (const auto& limit : config::limits())
        CHECK_FALSE(rig.plans.unpaid().limit(limit.limit));
    CHECK_THROWS_AS(Rig(Rig::Variables{{"CAAS_PLANS_DEFAULT", "gold"}}), Error);
}

TEST_CASE("the plans that are sold are those of the price list") {
    const Rig rig;
    const auto& plans = rig.plans;

    CHECK(plans.get("free").price_cents == 0);
    CHECK(plans.get("free").limit(config::Limit::tokens_per_period) == 100);
    CHECK(plans.find_by_lookup_key("caas_pro_monthly") == plans.find("pro"));
    CHECK(plans.get("pro").price_cents == 2900);
    CHECK(plans.get("pro").limit(config::Limit::tokens_per_period) == 5000);
    CHECK(plans.find_by_lookup_key("caas_team_monthly") == plans.find("team"));
    CHECK(plans.get("team").price_cents == 9900);
    CHECK(plans.get("team").limit(config::Limit::tokens_per_period) == 20'000);
    CHECK(plans.find_by_lookup_key("") == nullptr);
    CHECK(plans.find("gold") == nullptr);
}

TEST_CASE("the dearer plan is the greater, and of two at one price the one with more tokens") {
    config::Plan cheap;
    cheap.id = "cheap";
    cheap.price_cents = 1900;
    auto generous = cheap;
    generous.id = "generous";
    const auto tokens = static_cast<std::size_t>(config::Limit::tokens_per_period);
    cheap.most.at(tokens) = 9000;
    auto dear = cheap;
    dear.id = "dear";
    dear.price_cents = 2000;
    dear.most.at(tokens) = 10;
    const Plans plans({cheap, generous, dear}, "cheap", true);
    CHECK(plans.size_of("dear") > plans.size_of("generous"));
    CHECK(plans.size_of("generous") > plans.size_of("cheap"));
    CHECK(plans.size_of("cheap") > plans.size_of("gone"));
}

TEST_CASE("only what is paid for, tried or in its grace holds") {
    Rig rig;
    CHECK(in_force(rig) == "free");
    for (const auto standing : {Standing::trialing, Standing::active}) {
        rig.set(pro(rig, standing));
        CHECK(in_force(rig) == "pro");
    }
    for (const auto standing :
         {Standing::none,
          Standing::incomplete,
          Standing::past_due,
          Standing::unpaid,
          Standing::canceled,
          Standing::paused}) {
        CAPTURE(name(standing));
        rig.set(pro(rig, standing));
        CHECK(in_force(rig) == "free");
    }
}

TEST_CASE("a grace ends by itself") {
    Rig rig;
    auto state = pro(rig, Standing::past_due);
    state.grace_until = rig.clock.now() + std::chrono::hours(1);
    rig.set(state);

    CHECK(in_force(rig) == "pro");
    rig.clock.advance(std::chrono::hours(1));
    CHECK(in_force(rig) == "free");
}

TEST_CASE("what was ordered for the end of the period holds from then on") {
    Rig rig;
    auto state = pro(rig, Standing::active);
    state.plan = "team";
    state.next_plan = "pro";
    rig.set(state);
    CHECK(in_force(rig) == "team");

    rig.clock.jump(std::chrono::hours(24 * 30));

    CHECK(in_force(rig) == "pro");
    state.next_plan.reset();
    state.cancel_at_period_end = true;
    rig.set(state);
    CHECK(in_force(rig) == "free");
}

TEST_CASE("a state comes back as it was set, and the same again changes nothing") {
    Rig rig;
    auto state = pro(rig, Standing::past_due);
    state.trial_end = rig.clock.now() + std::chrono::hours(1);
    state.grace_until = rig.clock.now() + std::chrono::hours(2);
    state.cancel_at_period_end = true;
    state.next_plan = "team";
    rig.set(state);
    rig.set(state);

    const auto found = rig.read([&](store::Reader& reader) {
        return plan_of(rig.plans, reader, rig.organization, rig.clock.now());
    });

    CHECK(found.plan == state.plan);
    CHECK(found.standing == state.standing);
    CHECK(found.since == state.since);
    CHECK(found.period_start == state.period_start);
    CHECK(found.period_end == state.period_end);
    CHECK(found.trial_end == state.trial_end);
    CHECK(found.grace_until == state.grace_until);
    CHECK(found.cancel_at_period_end);
    CHECK(found.next_plan == state.next_plan);
    CHECK(rig.number("SELECT count(*) FROM plan_state") == 1);
}

TEST_CASE("a plan or an organization that is not there is refused") {
    Rig rig;
    auto state = pro(rig, Standing::active);
    state.plan = "gold";
    CHECK(Rig::refusal([&] { rig.set(state); }).starts_with("invalid"));
    state.plan = "pro";
    CHECK(Rig::refusal([&] {
              rig.write([&](store::Transaction& transaction) {
                  set_plan(
                      rig.plans, transaction, OrganizationId("nobody"), state, rig.clock.now());
              });
          }).starts_with("not_found"));
}

TEST_CASE("a key that was taken away limits nobody, whatever was bought") {
    Rig rig(Rig::Variables{});
    rig.set(pro(rig, Standing::active));

    CHECK(in_force(rig) == "self_hosted");
}

std::vector<std::string> locked(Rig& rig, Lockable kind) {
    std::vector<std::string> out;
    for (const auto& lock :
         rig.read([&](store::Reader& reader) { return list_locks(reader, rig.organization); })) {
        if (lock.kind == kind)
            out.push_back(lock.item);
    }
    return out;
}

TEST_CASE("going down locks the newest, going up unlocks, and nothing is deleted") {
    Rig rig;
    rig.buy("pro");
    std::vector<std::string> people;
    for (const auto* name : {"ben", "cem", "dan"}) {
        rig.clock.advance(std::chrono::minutes(1));
        people.push_back(rig.add_member(rig.organization, name, access::Role::member).text());
    }
    CHECK(locked(rig, Lockable::member).empty());

    auto state = pro(rig, Standing::canceled);
    rig.set(state);
    CHECK(locked(rig, Lockable::member) == people);
    CHECK(rig.number("SELECT count(*) FROM member") == 4);

    rig.buy("team");
    CHECK(locked(rig, Lockable::member).empty());
}

TEST_CASE("what the owner wants to keep is locked last") {
    Rig rig(Rig::Variables{{"CAAS_PLANS_DEFAULT", "pro"}});
    std::vector<PersonId> people;
    for (int i = 0; i < 6; ++i) {
        rig.clock.advance(std::chrono::minutes(1));
        people.push_back(
            rig.add_member(rig.organization, "p" + std::to_string(i), access::Role::member));
    }
    const auto relock_now = [&] {
        rig.write([&](store::Transaction& transaction) {
            relock(rig.plans, transaction, rig.organization, rig.clock.now());
        });
    };
    relock_now();
    // The owner and four more.
    CHECK(locked(rig, Lockable::member) == std::vector{people[4].text(), people[5].text()});

    rig.write([&](store::Transaction& transaction) {
        set_kept(
            transaction, rig.organization, Lockable::member, {people[5].text(), people[4].text()});
    });
    relock_now();

    CHECK(locked(rig, Lockable::member) == std::vector{people[2].text(), people[3].text()});
}

TEST_CASE("an owner is locked after everybody else") {
    Rig rig;
    const auto newest = rig.add_member(rig.organization, "zoe", access::Role::member);
    rig.clock.advance(std::chrono::minutes(1));
    const auto other = rig.add_member(rig.organization, "second owner", access::Role::owner);
    rig.write([&](store::Transaction& transaction) {
        relock(rig.plans, transaction, rig.organization, rig.clock.now());
    });

    auto found = locked(rig, Lockable::member);
    std::sort(found.begin(), found.end());
    auto wanted = std::vector{newest.text(), other.text()};
    std::sort(wanted.begin(), wanted.end());
    CHECK(found == wanted);
}

}  // namespace
}  // namespace caas::billing
