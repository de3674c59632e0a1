#include "core/billing/gate.h"

#include <doctest/doctest.h>

#include "tests/core/billing/rig.h"

namespace caas::billing {
namespace {

using config::Limit;

std::string asked(Rig& rig, Limit limit, std::int64_t more) {
    return Rig::refusal([&] {
        rig.read([&](store::Reader& reader) {
            require_room(rig.plans, reader, rig.organization, limit, more, rig.clock.now());
        });
    });
}

TEST_CASE("a refusal says which limit, how much is used, and which plan lifts it") {
    Rig rig;

    CHECK(
        asked(rig, Limit::workspaces, 1) ==
        "plan_limit: The plan Free allows 1 workspace, and you have 1");
    CHECK(
        asked(rig, Limit::variants, 5) ==
        "plan_limit: The plan Free allows 3 variants, and 5 were asked for");
    CHECK(
        asked(rig, Limit::scheduled_posts, 11) ==
        "plan_limit: The plan Free allows 10 scheduled posts; you have 0 and ask for 11 more");
    CHECK(asked(rig, Limit::portfolio, 1) == "plan_limit: The plan Free allows no portfolio pages");
    try {
        rig.read([&](store::Reader& reader) {
            require_room(rig.plans, reader, rig.organization, Limit::members, 7, rig.clock.now());
        });
        FAIL("nothing was thrown");
    } catch (const Error& e) {
        CHECK(e.hint() == "the plan Team allows 25: caas billing checkout team");
        REQUIRE(e.details().size() == 1);
        CHECK(e.details().front().rule == "plan.members");
        CHECK(e.details().front().message == "1 of 1 used; lifted by the plan team");
    }
}

TEST_CASE("what no plan allows has another hint") {
    Rig rig;
    CHECK(lifting_plan(rig.plans, Limit::members, 26) == nullptr);
    CHECK(lifting_plan(rig.plans, Limit::members, 25)->id == "team");
    CHECK(lifting_plan(rig.plans, Limit::members, 2)->id == "pro");
    CHECK(lifting_plan(rig.plans, Limit::history_days, 9999)->id == "team");
}

TEST_CASE("what there is room for passes") {
    Rig rig;

    CHECK(asked(rig, Limit::scheduled_posts, 10).empty());
    CHECK(asked(rig, Limit::variants, 3).empty());
    CHECK(asked(rig, Limit::api_tokens, 0).empty());
    CHECK(asked(rig, Limit::workspaces, 0).empty());
    rig.buy("pro");
    CHECK(asked(rig, Limit::workspaces, 4).empty());
    CHECK_FALSE(asked(rig, Limit::workspaces, 5).empty());
}

TEST_CASE("where nobody sells anything, nothing is refused") {
    Rig rig(std::map<std::string, std::string>{});

    for (const auto& limit : config::limits())
        CHECK(asked(rig, limit.limit, 1'000'000).empty());
}

}  // namespace
}  // namespace caas::billing
