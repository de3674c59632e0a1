// What a smaller plan does to what goes on by itself: series, locks, and posts that wait.
#include <doctest/doctest.h>

#include "core/billing/lock.h"
#include "core/flow/connect.h"
#include "core/flow/plan.h"
#include "core/flow/relock.h"
#include "core/flow/series.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

using billing::Standing;
using std::chrono::hours;

struct Shop {
    void set(
        const std::string& plan,
        Standing standing = Standing::active,
        std::optional<Instant> grace = std::nullopt) {
        home.store.write([&](store::Transaction& transaction) {
            billing::PlanState state;
            state.plan = plan;
            state.standing = standing;
            state.since = home.clock.now();
            state.grace_until = grace;
            billing::set_plan(
                home.tools.plans(), transaction, home.owner.organization, state, home.clock.now());
        });
    }

    void connect(const std::string& name) {
        home.clock.advance(std::chrono::minutes(1));
        flow::ConnectOrder order;
        order.platform = "outbox";
        order.name = name;
        order.identifier = (home.folder / name).string();
        order.is_local = true;
        flow::connect_account(home.tools, home.owner, order);
    }

    std::vector<std::string> locked() {
        std::vector<std::string> out;
        const auto locks = home.store.read([&](store::Reader& reader) {
            return billing::list_locks(reader, home.owner.organization);
        });
        for (const auto& lock : locks)
            out.push_back(std::string(billing::name(lock.kind)));
        return out;
    }

    schedule::Series series() {
        return home.store.read([&](store::Reader& reader) {
            return schedule::list_series(
                       reader, home.owner.workspace, {}, {.limit = 1, .cursor = {}})
                .items.at(0);
        });
    }

    fake::Home home{{{"STRIPE_SECRET_KEY", "sk_test"}}};

    PostId schedule(const std::string& account) {
        flow::PostOrder order;
        order.content = home.add({"Good morning."}).id.text();
        order.accounts = {account};
        order.when.in_seconds = 3600;
        return flow::make_posts(home.tools, home.owner, order).at(0).id;
    }

    PostId miss(const std::string& account) {
        const auto id = schedule(account);
        home.store.write([&](store::Transaction& transaction) {
            transaction.execute(
                "UPDATE post SET state = 'missed', wake_at = NULL WHERE id = $1", {id});
        });
        return id;
    }

    delivery::Post move(const PostId& id) {
        flow::When when;
        when.in_seconds = 7200;
        return home.store.write([&](store::Transaction& transaction) {
            return flow::move_post(home.tools, transaction, home.owner, id, when, true);
        });
    }

    // The rule by which it is not moved.
    std::string refusal_to_move(const PostId& id) {
        const auto error = fake::thrown_by([&] { move(id); });
        CHECK(error.code() == Code::plan_limit);
        return error.details().empty() ? std::string() : error.details().front().rule;
    }

    std::optional<Instant> next;
};

TEST_CASE("a series of a locked account makes no new posts, and goes on when it is unlocked") {
    Shop shop;
    auto& home = shop.home;
    shop.set("team");
    for (const auto* name : {"two", "three", "four"})
        shop.connect(name);
    flow::PostOrder order;
    order.content = home.add({"Good morning."}).id.text();
    order.accounts = {"four"};
    order.every = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0";
    const auto made =
        static_cast<std::int64_t>(flow::make_posts(home.tools, home.owner, order).size());
    REQUIRE(made > 0);
    shop.set("team", Standing::canceled);

    home.clock.jump(hours(24 * 2));
    CHECK(flow::top_up_series(home.tools).posts == 0);
    CHECK(home.count("post") == made);
    CHECK(
        shop.series().problem ==
        "The account four is locked: the plan Free allows 3 connected accounts, and there are 4");
    CHECK(home.store.read([](store::Reader& reader) {
        return reader.query("SELECT count(*) FROM post WHERE state = 'scheduled'", {})
            .front()
            .integer(0);
    }) == made);

    shop.set("team");
    home.clock.jump(hours(1));
    CHECK(flow::top_up_series(home.tools).posts > 0);
    CHECK(shop.series().problem.empty());
}

TEST_CASE("a missed post that is given a new time needs room for one that waits") {
    Shop shop;
    shop.set("pro");
    const auto missed = shop.miss("outbox");
    shop.set("pro", Standing::canceled);
    for (int i = 0; i < 9; ++i)
        shop.schedule("outbox");
    const auto last = shop.schedule("outbox");

    CHECK(shop.refusal_to_move(missed) == "plan.scheduled_posts");

    CHECK(shop.move(last).state == delivery::PostState::scheduled);
    shop.home.store.write([&](store::Transaction& transaction) {
        transaction.execute("DELETE FROM post WHERE id = $1", {last});
    });
    CHECK(shop.move(missed).state == delivery::PostState::scheduled);
}

TEST_CASE("a missed post of a locked account is given no new time, and one that waits is") {
    Shop shop;
    shop.set("pro");
    for (const auto* name : {"two", "three", "four"})
        shop.connect(name);
    const auto missed = shop.miss("four");
    const auto waiting = shop.schedule("four");
    shop.set("pro", Standing::canceled);

    CHECK(shop.refusal_to_move(missed) == "plan.accounts");
    CHECK(shop.move(waiting).state == delivery::PostState::scheduled);

    shop.set("pro");
    CHECK(shop.move(missed).state == delivery::PostState::scheduled);
}

TEST_CASE("when a grace has ended, what is over is locked within the hour") {
    Shop shop;
    auto& home = shop.home;
    shop.set("pro");
    for (const auto* name : {"two", "three", "four"})
        shop.connect(name);
    shop.set("pro", Standing::past_due, home.clock.now() + hours(5));
    CHECK(flow::keep_plans_hourly(home.tools, shop.next) == home.clock.now() + hours(1));
    CHECK(shop.locked().empty());

    home.clock.jump(hours(6));
    flow::keep_plans_hourly(home.tools, shop.next);

    CHECK(shop.locked() == std::vector<std::string>{"account"});
}

TEST_CASE("where all locks are right, a start writes nothing, and else it sets them right") {
    Shop shop;
    auto& home = shop.home;
    shop.set("pro");
    for (const auto* name : {"two", "three", "four"})
        shop.connect(name);
    shop.set("pro", Standing::canceled);
    const auto commits = home.store.commits();

    flow::keep_plans_hourly(home.tools, shop.next);

    CHECK(home.store.commits() == commits);
    CHECK(shop.locked() == std::vector<std::string>{"account"});
    home.store.write(
        [](store::Transaction& transaction) { transaction.execute("DELETE FROM plan_lock", {}); });
    shop.next.reset();
    flow::keep_plans_hourly(home.tools, shop.next);
    CHECK(shop.locked() == std::vector<std::string>{"account"});
}

TEST_CASE("a clock that was set back does not keep the hour from coming") {
    Shop shop;
    flow::keep_plans_hourly(shop.home.tools, shop.next);

    shop.home.clock.jump(-hours(24 * 30));

    CHECK(flow::keep_plans_hourly(shop.home.tools, shop.next) == shop.home.clock.now() + hours(1));
}

TEST_CASE("nothing stays locked where nothing is limited any more") {
    fake::Home home;
    home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO plan_lock (organization_id, kind, item_id, locked_at) "
            "VALUES ($1, 'member', $2, 1)",
            {home.owner.organization, home.owner.person});
    });
    std::optional<Instant> next;

    flow::keep_plans_hourly(home.tools, next);

    CHECK(home.count("plan_lock") == 0);
}

TEST_CASE("reservations of a process that died are swept") {
    Shop shop;
    auto& home = shop.home;
    home.store.write([&](store::Transaction& transaction) {
        transaction.execute(
            "INSERT INTO reservation (generation_id, organization_id, tokens, microdollars, "
            "created_at, expires_at) VALUES ('g', $1, 5, 0, $2, $3)",
            {home.owner.organization, home.clock.now(), home.clock.now() + hours(1)});
    });
    flow::keep_plans_hourly(home.tools, shop.next);
    CHECK(home.count("reservation") == 1);

    home.clock.jump(hours(1));
    flow::keep_plans_hourly(home.tools, shop.next);

    CHECK(home.count("reservation") == 0);
}

}  // namespace
}  // namespace caas
