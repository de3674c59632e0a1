// An organization that was shut after a backup was made publishes nothing after its restore.
#include <doctest/doctest.h>

#include "core/app/maintenance.h"
#include "core/store/connection.h"
#include "tests/core/app/rig.h"

namespace caas {
namespace {

using app::call;
using app::House;

TEST_CASE(
    "what waited since the backup, as nobody may act for it any more, waits after a restore") {
    const House house;
    const auto file = house.folder / "backup.caas";
    {
        const auto app = house.open();
        const auto id = app::add(*app, "Not by them.");
        const Json order{{"content_id", id}, {"accounts", {"outbox"}}, {"in_seconds", 3600}};
        REQUIRE(call(*app, "POST", "/api/v1/posts", order).status == 201);
        app::backup(*app, file, true);
    }
    const auto start = house.start();
    const auto paths = config::find_paths(start.environment, start.paths, {});
    std::string table;
    SUBCASE("the only owner was disabled") {
        table = "person";
    }
    SUBCASE("the organization was disabled") {
        table = "organization";
    }
    store::sqlite(paths.database())
        ->open_writer()
        ->run_script("UPDATE " + table + " SET disabled_at = 4102444800000");

    SystemClock clock;
    const auto facts = app::restore(paths, file, clock, true);

    CHECK(facts.revoked == 1);
    const auto app = house.open();
    const auto posts = call(*app, "GET", "/api/v1/posts").json.at("items");
    REQUIRE(posts.size() == 1);
    CHECK(posts.at(0).at("state") == "paused");
    const auto accounts = call(*app, "GET", "/api/v1/accounts").json.at("items");
    CHECK(accounts.at(0).at("state") == "paused");
}

}  // namespace
}  // namespace caas
