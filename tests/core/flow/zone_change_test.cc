// When a country changes its clocks, nine o'clock there stays nine o'clock.
#include "core/flow/zone_change.h"

#include <doctest/doctest.h>

#include "core/flow/plan.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

struct Country {
    fake::Home home;
    content::Content content = home.add({"At nine."});
    std::string version = "2026b";
    // How far its new rules put every clock of Berlin ahead.
    std::chrono::hours ahead{0};
    flow::ZoneSource zones{
        [this] { return version; },
        [this](const LocalTime& local, std::string_view zone) {
            auto found = resolve(local, zone);
            if (zone == "Europe/Berlin")
                found.instant -= ahead;
            return found;
        }};

    delivery::Post make(const flow::When& when) {
        return flow::make_posts(
                   home.tools, home.owner, {content.id.text(), {}, {"outbox"}, when, {}})
            .at(0);
    }

    delivery::Post at_nine(const std::string& zone) {
        flow::When when;
        when.local = "2026-12-01 09:00";
        when.zone = zone;
        return make(when);
    }

    delivery::Post now(const PostId& id) {
        return home.store.read(
            [&](store::Reader& reader) { return delivery::find_post(reader, id).value(); });
    }

    int heed() { return flow::heed_zone_change(home.tools, zones); }
};

TEST_CASE("new zone data move the instants of local times, and only those") {
    Country it;
    const auto berlin = it.at_nine("Europe/Berlin");
    const auto kolkata = it.at_nine("Asia/Kolkata");
    flow::When when;
    when.at = berlin.due_at;
    const auto instant = it.make(when);
    CHECK(it.heed() == 0);
    CHECK(it.heed() == 0);

    it.version = "2026c";
    it.ahead = std::chrono::hours(1);
    CHECK(it.heed() == 1);
    CHECK(it.heed() == 0);

    const auto moved = it.now(berlin.id);
    CHECK(moved.due_at == berlin.due_at - std::chrono::hours(1));
    CHECK(moved.wake_at == moved.due_at);
    CHECK(moved.local_time == "2026-12-01 09:00");
    CHECK(moved.state == delivery::PostState::scheduled);
    CHECK(it.now(kolkata.id).due_at == kolkata.due_at);
    CHECK(it.now(instant.id).due_at == instant.due_at);
}

TEST_CASE("other rules under the same version are not looked at") {
    Country it;
    const auto post = it.at_nine("Europe/Berlin");
    it.heed();

    it.ahead = std::chrono::hours(1);

    CHECK(it.heed() == 0);
    CHECK(it.now(post.id).due_at == post.due_at);
}

TEST_CASE("what is over, or waits no more, stays as it was") {
    Country it;
    const auto post = it.at_nine("Europe/Berlin");
    it.home.store.write([&](store::Transaction& transaction) {
        delivery::cancel(transaction, it.home.owner.workspace, post.id, it.home.clock.now());
    });
    it.ahead = std::chrono::hours(1);

    CHECK(it.heed() == 0);
    CHECK(it.now(post.id).due_at == post.due_at);
}

TEST_CASE("the engine wakes for the earlier time") {
    Country it;
    const auto post = it.at_nine("Europe/Berlin");
    it.ahead = std::chrono::hours(2);

    CHECK(it.heed() == 1);

    const auto wake = it.home.store.read([](store::Reader& reader) {
        return reader.query("SELECT wake_at FROM lane", {}).at(0).instant(0);
    });
    CHECK(wake == post.due_at - std::chrono::hours(2));
}

TEST_CASE("more posts than are read at once are all moved") {
    Country it;
    flow::PostOrder order;
    order.content = it.content.id.text();
    order.accounts = {"outbox"};
    order.when.local = "2026-12-01 09:00";
    order.when.zone = "Europe/Berlin";
    flow::make_posts(it.home.tools, it.home.owner, std::vector(1001, order));
    flow::make_posts(it.home.tools, it.home.owner, std::vector(999, order));
    it.ahead = std::chrono::hours(1);

    CHECK(it.heed() == 2000);
}

}  // namespace
}  // namespace caas
