// What a restore leaves to people: nothing that may have been sent since the backup goes out again.
#include <doctest/doctest.h>

#include "core/app/maintenance.h"
#include "tests/core/app/rig.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

using app::call;
using app::House;
using std::chrono::hours;

struct Backup {
    House house;
    std::filesystem::path file = house.folder / "backup.caas";
    std::string post;

    // Of a home with a post that is due in an hour.
    Backup() {
        const auto app = house.open();
        const auto made = call(
            *app,
            "POST",
            "/api/v1/posts",
            {{"content_id", app::add(*app, "Once.")},
             {"accounts", {"outbox"}},
             {"in_seconds", 3600}});
        REQUIRE(made.status == 201);
        post = made.json.at("items").at(0).at("id").get<std::string>();
        app::backup(*app, file, true);
    }

    app::RestoreFacts restore(Milliseconds later) const {
        fake::FakeClock clock(SystemClock().now() + later);
        const auto start = house.start();
        return app::restore(config::find_paths(start.environment, start.paths, {}), file, clock);
    }

    Json state() const {
        const auto app = house.open();
        return call(*app, "GET", "/api/v1/posts/" + post).json;
    }
};

TEST_CASE("a post that came due since the backup is unconfirmed after the restore") {
    const Backup it;

    const auto facts = it.restore(hours(2));

    CHECK(facts.held_posts == 1);
    CHECK(facts.held_series == 0);
    const auto post = it.state();
    CHECK(post.at("state") == "unconfirmed");
    CHECK(post.at("code") == "restored");
    CHECK(post.at("next_try_at").is_null());
}

TEST_CASE("a restore before anything came due leaves the posts as they were") {
    const Backup it;

    const auto facts = it.restore(hours(0));

    CHECK(facts.held_posts == 0);
    CHECK(it.state().at("state") == "scheduled");
}

}  // namespace
}  // namespace caas
