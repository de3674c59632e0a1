// A limit that is raised holds nobody up any longer.
#include "core/flow/ration_change.h"

#include <doctest/doctest.h>

#include "core/delivery/lane.h"
#include "core/delivery/turn.h"
#include "core/flow/plan.h"
#include "tests/fake/home.h"

namespace caas {
namespace {

delivery::Post due_now(fake::Home& home) {
    flow::When when;
    when.at = home.clock.now();
    const auto content = home.add({"Now."});
    return flow::make_posts(home.tools, home.owner, {content.id.text(), {}, {"outbox"}, when, {}})
        .at(0);
}

TEST_CASE("posts that wait for their turn ask again when the limits are others") {
    fake::Home home;
    const auto post = due_now(home);
    const auto later = home.clock.now() + std::chrono::minutes(50);
    const auto put_off = [&] {
        home.store.write([&](store::Transaction& transaction) {
            delivery::save_wait(
                transaction,
                delivery::find_post(transaction, post.id).value(),
                {later, "Waits for its turn."},
                home.clock.now());
        });
    };
    const auto wakes_at = [&] { return home.store.read(delivery::next_wake); };
    const flow::Ration tight{.of_account = 1};
    const flow::Ration wide{.of_account = 30};
    flow::heed_ration_change(home.tools, tight);
    put_off();
    REQUIRE(wakes_at() == later);

    CHECK(flow::heed_ration_change(home.tools, tight) == 0);
    CHECK(wakes_at() == later);

    CHECK(flow::heed_ration_change(home.tools, wide) == 1);
    CHECK(wakes_at() == post.due_at);

    put_off();
    CHECK(flow::heed_ration_change(home.tools, wide) == 0);
    CHECK(wakes_at() == later);
}

TEST_CASE("what went out under the old limits counts as many under the new") {
    fake::Home home;
    const auto post = due_now(home);
    const auto may_start = [&](const flow::Ration& ration) {
        return home.store.write([&](store::Transaction& transaction) {
            const auto& driver = *platform::find(post.platform);
            return !flow::admit(transaction, post, driver, ration, 0, home.clock.now());
        });
    };
    const flow::Ration tight{.of_account = 1, .of_organization = 1};
    const flow::Ration wide{.of_account = 30, .of_organization = 30};
    flow::heed_ration_change(home.tools, tight);
    REQUIRE(may_start(tight));
    REQUIRE_FALSE(may_start(tight));

    flow::heed_ration_change(home.tools, wide);

    // Of 30 in an hour six may go out at once, and one has.
    int more = 0;
    while (more < 30 && may_start(wide))
        ++more;
    CHECK(more == 5);

    flow::heed_ration_change(home.tools, tight);
    REQUIRE_FALSE(may_start(tight));
    home.clock.advance(std::chrono::hours(1));
    CHECK(may_start(tight));
}

}  // namespace
}  // namespace caas
