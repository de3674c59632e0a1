// What a restore leaves to people: nothing that may have been sent since the backup goes out again.
#include <doctest/doctest.h>
#include <unistd.h>

#include "core/app/daemon_presence.h"
#include "core/app/maintenance.h"
#include "core/base/file.h"
#include "core/delivery/liveness.h"
#include "core/store/connection.h"
#include "core/store/store.h"
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

    app::RestoreFacts restore(Milliseconds later, bool trusts_clock = false) const {
        fake::FakeClock clock(SystemClock().now() + later);
        const auto start = house.start();
        const auto paths = config::find_paths(start.environment, start.paths, {});
        return app::restore(paths, file, clock, trusts_clock);
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

TEST_CASE("a backup of accounts without secrets needs no key") {
    const Backup it;

    CHECK_FALSE(it.restore(hours(0)).needs_keys);
}

TEST_CASE("a restore refuses while `caasd --once` or `caas publish` is at work") {
    const Backup it;
    const delivery::FileLiveness engine(it.house.home() / "engines", EngineId("once"));

    try {
        it.restore(hours(2));
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.code() == Code::engine_running);
        CHECK(
            std::string(error.what()).find("`caasd --once` or `caas publish`") !=
            std::string::npos);
    }

    CHECK(it.state().at("state") == "scheduled");
    CHECK_FALSE(app::is_restoring(it.house.home()));
}

TEST_CASE("a database is not copied while `caasd --once` or `caas publish` is at work on it") {
    const Backup it;
    const delivery::FileLiveness engine(it.house.home() / "engines", EngineId("once"));
    fake::FakeClock clock;
    const auto copy = it.house.folder / "copy.db";

    CHECK(app::code_of([&] {
              app::copy_database((it.house.home() / "caas.db").string(), copy.string(), clock);
          }) == "engine_running");

    CHECK_FALSE(std::filesystem::exists(copy));
}

TEST_CASE("a database is not copied by a link while a daemon is at work on it") {
    const Backup it;
    const auto lock = app::take_daemon_lock(it.house.home());
    REQUIRE(lock);
    fake::FakeClock clock;
    const auto link = it.house.folder / "link.db";
    const auto copy = it.house.folder / "copy.db";
    std::filesystem::create_symlink(it.house.home() / "caas.db", link);

    CHECK(app::code_of([&] {
              app::copy_database(link.string(), copy.string(), clock);
          }) == "engine_running");

    CHECK_FALSE(std::filesystem::exists(copy));
}

TEST_CASE("a backup is not copied like a database, which would send what was sent since") {
    const Backup it;
    fake::FakeClock clock;
    const auto copy = it.house.folder / "copy.db";

    try {
        app::copy_database(it.file.string(), copy.string(), clock);
        FAIL("nothing was thrown");
    } catch (const Error& error) {
        CHECK(error.code() == Code::conflict);
        CHECK(error.hint().find("caas restore " + it.file.string()) != std::string::npos);
    }

    CHECK_FALSE(std::filesystem::exists(copy));
}

// Puts the backup where the database was, without `caas restore`.
void lay_down(const Backup& it) {
    const auto database = it.house.home() / "caas.db";
    for (const auto* part : {"", "-wal", "-shm"})
        std::filesystem::remove(database.string() + part);
    std::filesystem::copy_file(it.file, database);
}

TEST_CASE("a backup that lies in the place of the database is not opened, and not changed") {
    const Backup it;
    lay_down(it);
    constexpr std::size_t much = 64U << 20U;

    CHECK(app::code_of([&] { it.house.open(); }) == "conflict");

    CHECK(read_file(it.house.home() / "caas.db", much) == read_file(it.file, much));
}

TEST_CASE("a backup that lies in the place of the database is restored there") {
    Backup it;
    lay_down(it);
    it.file = it.house.home() / "caas.db";

    const auto facts = it.restore(hours(0));

    // It is the backup itself, and knows nothing of what was sent since.
    CHECK(facts.unchecked_posts == 1);
    CHECK(it.state().at("state") == "scheduled");
}

TEST_CASE("a restore deletes no file, whatever its name, and not the backup itself") {
    Backup it;
    const auto beside = it.house.home() / "caas.db.restored";
    SUBCASE("the backup") {
        std::filesystem::rename(it.file, beside);
        it.file = beside;
    }
    SUBCASE("somebody's") {
        write_file(beside, "mine");
    }
    SUBCASE("somebody's, where the restore would have its own") {
        const auto own = "caas.db." + std::to_string(::getpid()) + ".part";
        write_file(it.house.home() / own, "mine");
        it.restore(hours(0));
        CHECK(std::filesystem::exists(it.house.home() / own));
        std::filesystem::copy_file(it.file, beside);
    }

    it.restore(hours(0));

    CHECK(std::filesystem::exists(beside));
    CHECK(it.state().at("state") == "scheduled");
}

TEST_CASE("no engine starts while a restore is under way") {
    const Backup it;
    const auto app = it.house.open();
    const app::RestoreLock restoring(it.house.home());

    CHECK(app::code_of([&] { app->engine().run_once({}); }) == "engine_running");
}

TEST_CASE("no engine starts on the database that a restore has put aside meanwhile") {
    const Backup it;
    const auto app = it.house.open();
    it.restore(hours(0));

    CHECK(app::code_of([&] { app->engine().run_once({}); }) == "engine_running");
    CHECK(app::code_of([&] { it.house.open()->engine().run_once({}); }) == "fine");
}

TEST_CASE("a restore before anything came due leaves the posts as they were") {
    const Backup it;

    const auto facts = it.restore(hours(0));

    CHECK(facts.held_posts == 0);
    CHECK(it.state().at("state") == "scheduled");
}

TEST_CASE("a restore is refused while the clock is behind the backup, and nothing changes") {
    const Backup it;

    CHECK(app::code_of([&] { it.restore(-hours(1)); }) == "conflict");

    CHECK(it.state().at("state") == "scheduled");
    for (const auto& entry : std::filesystem::directory_iterator(it.house.home()))
        CHECK(entry.path().filename().string().find("restore") == std::string::npos);
}

TEST_CASE("what was due by a clock that was ahead when the backup was made is held") {
    const Backup it;
    store::sqlite(it.file)->open_writer()->execute(
        "UPDATE backup SET made_at = $1", {SystemClock().now() + hours(2)});

    const auto facts = it.restore(hours(0), true);

    CHECK(facts.held_posts == 1);
    CHECK(it.state().at("code") == "restored");
}

// It goes out now and not in an hour.
void send_early(const Backup& it) {
    const auto app = it.house.open();
    REQUIRE(call(*app, "PATCH", "/api/v1/posts/" + it.post, {{"in_seconds", 0}}).status == 200);
    app->engine().run_once({});
    REQUIRE(it.state().at("state") == "published");
}

TEST_CASE("a post that was moved to an earlier time since the backup and sent waits for a person") {
    const Backup it;
    send_early(it);

    const auto facts = it.restore(hours(0));

    CHECK(facts.held_posts == 1);
    CHECK(facts.unchecked_posts == 0);
    const auto post = it.state();
    CHECK(post.at("state") == "unconfirmed");
    CHECK(post.at("code") == "restored");
    // Where it is, so that the person need not look for it.
    CHECK(post.at("message").get<std::string>().find("published: file://") != std::string::npos);
}

TEST_CASE("what a restore kept is not opened in the place of the database again") {
    const Backup it;
    const auto facts = it.restore(hours(0));
    CHECK(facts.leads_back);
    std::filesystem::remove(it.house.home() / "caas.db");
    std::filesystem::rename(facts.kept, it.house.home() / "caas.db");

    CHECK(app::code_of([&] { it.house.open(); }) == "conflict");
}

TEST_CASE("what was sent by a restored database is held when the restore is undone") {
    Backup it;
    const auto kept = it.restore(hours(0)).kept;
    REQUIRE_FALSE(kept.empty());
    send_early(it);
    it.file = kept;

    CHECK(it.restore(hours(0)).held_posts == 1);
    CHECK(it.state().at("state") == "unconfirmed");
}

TEST_CASE("a restore tells that nobody knows whether a post went out early") {
    const Backup it;
    send_early(it);
    const auto database = it.house.home() / "caas.db";
    for (const auto* part : {"", "-wal", "-shm"})
        std::filesystem::remove(database.string() + part);
    SUBCASE("the former database is gone") {}
    SUBCASE("the former database is no database any more") {
        write_file(database, "Dear diary.");
    }

    const auto facts = it.restore(hours(0));

    CHECK(facts.held_posts == 0);
    CHECK(facts.unchecked_posts == 1);
    CHECK(it.state().at("state") == "scheduled");
}

TEST_CASE("a former database that was worked with since the backup tells what it has not sent") {
    const Backup it;
    app::add(*it.house.open(), "Later.");

    const auto facts = it.restore(hours(0));

    CHECK(facts.unchecked_posts == 0);
    CHECK(facts.posts_made_since == 0);
}

TEST_CASE("a former database that was left for another one gives no all-clear") {
    const Backup it;
    SUBCASE("nothing in it is later than the backup") {}
    SUBCASE("it was copied into that one") {
        app::add(*it.house.open(), "Later.");
        fake::FakeClock clock;
        const auto from = (it.house.home() / "caas.db").string();
        CHECK(app::copy_database(from, (it.house.folder / "copy.db").string(), clock).is_noted);
    }

    const auto facts = it.restore(hours(0));

    CHECK(facts.held_posts == 0);
    CHECK(facts.unchecked_posts == 1);
    CHECK_FALSE(facts.posts_made_since);
}

app::RestoreFacts restore_into(const House& other, const std::filesystem::path& file) {
    fake::FakeClock clock(SystemClock().now());
    const auto start = other.start();
    return app::restore(config::find_paths(start.environment, start.paths, {}), file, clock);
}

TEST_CASE("what was restored or copied goes on, and tells as before") {
    const Backup it;
    fake::FakeClock clock;
    const auto database = it.house.home() / "caas.db";
    const auto copy = it.house.folder / "copy.db";
    app::copy_database(database.string(), (it.house.folder / "first.db").string(), clock);
    app::copy_database(database.string(), copy.string(), clock);
    SUBCASE("a copy") {
        for (const auto* part : {"", "-wal", "-shm"})
            std::filesystem::remove(database.string() + part);
        std::filesystem::rename(copy, database);
    }
    SUBCASE("a restored backup of the original") {
        const auto marked = it.house.folder / "marked.caas";
        app::backup(*it.house.open(), marked, true);
        restore_into(it.house, marked);
    }
    app::add(*it.house.open(), "Later.");

    CHECK(it.restore(hours(0)).unchecked_posts == 0);
}

// Where the one account of a home writes.
std::string outbox_of(const House& house) {
    const auto app = house.open();
    return app->store().read([](store::Reader& reader) {
        return reader.query("SELECT remote_id FROM account", {}).front().text(0);
    });
}

TEST_CASE("what is restored into another home writes nothing into the former one") {
    const Backup it;
    const House other;

    const auto facts = restore_into(other, it.file);

    CHECK(facts.outboxes.moved == 1);
    CHECK(facts.outboxes.elsewhere.empty());
    CHECK(outbox_of(other) == (other.home() / "outbox").string());
    CHECK(outbox_of(it.house) == (it.house.home() / "outbox").string());
}

TEST_CASE("a backup of an earlier version tells which outboxes write into another home") {
    const Backup it;
    const House other;
    store::sqlite(it.file)->open_writer()->run_script("ALTER TABLE backup DROP COLUMN data_folder");

    const auto facts = restore_into(other, it.file);

    CHECK(facts.outboxes.moved == 0);
    REQUIRE(facts.outboxes.elsewhere.size() == 1);
    CHECK(facts.outboxes.elsewhere.front().account == "outbox");
    CHECK(facts.outboxes.elsewhere.front().folder == (it.house.home() / "outbox").string());
}

TEST_CASE("a restore into the same home leaves its outboxes alone") {
    const Backup it;

    const auto facts = it.restore(hours(0));

    CHECK(facts.outboxes.moved == 0);
    CHECK(facts.outboxes.elsewhere.empty());
    CHECK(outbox_of(it.house) == (it.house.home() / "outbox").string());
}

}  // namespace
}  // namespace caas
