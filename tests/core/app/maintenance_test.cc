// Backups that can be trusted, and restores that refuse what they should.
#include "core/app/maintenance.h"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/app/daemon_presence.h"
#include "core/base/file.h"
#include "core/store/connection.h"
#include "core/store/store.h"
#include "tests/core/app/rig.h"
#include "tests/core/store/child.h"
#include "tests/fake/fake_clock.h"

namespace caas {
namespace {

using app::call;
using app::House;

constexpr std::size_t much = 64U << 20U;

// A home with a content, a post and an account that has a secret.
void fill(app::App& app, const std::string& text = "Precious.") {
    const auto id = app::add(app, text);
    call(
        app,
        "POST",
        "/api/v1/posts",
        {{"content_id", id}, {"accounts", {"outbox"}}, {"in_seconds", 3600}});
    REQUIRE(
        call(
            app,
            "POST",
            "/api/v1/accounts/webhook/connect",
            {{"name", "site"}, {"base_url", "https://h.example.org/"}, {"secret", "whsec-1234"}})
            .status == 201);
}

// Runs a script on a database file that nobody else has open.
void alter(const std::filesystem::path& file, const std::string& script) {
    store::sqlite(file)->open_writer()->run_script(script);
}

app::RestoreFacts restore(const House& house, const std::filesystem::path& file) {
    fake::FakeClock clock;
    const auto start = house.start();
    return app::restore(config::find_paths(start.environment, start.paths, {}), file, clock, true);
}

// What a home holds, for comparing.
std::string contents(const House& house) {
    const auto app = house.open();
    std::string all;
    const auto items = call(*app, "GET", "/api/v1/content").json.at("items");
    for (const auto& item : items)
        all += item.at("text").get<std::string>();
    return all;
}

TEST_CASE("a backup with its key opens every account in another home") {
    const House one;
    const House two;
    const auto file = one.folder / "backup.caas";
    {
        const auto app = one.open();
        fill(*app);
        const auto facts = app::backup(*app, file, true);
        CHECK(facts.has_keys);
        CHECK(facts.contents == 1);
        CHECK(facts.posts == 1);
        CHECK(facts.bytes == std::filesystem::file_size(file));
        // Others go on meanwhile and after.
        app::add(*app, "Later.");
    }

    struct stat found {};

    REQUIRE(::stat(file.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    CHECK_FALSE(std::filesystem::exists(file.string() + ".part"));
    CHECK_FALSE(std::filesystem::exists(file.string() + "-wal"));

    const auto facts = restore(two, file);

    CHECK(facts.kept.empty());
    CHECK(facts.has_keys);
    CHECK(facts.contents == 1);
    CHECK(facts.posts == 1);
    CHECK(contents(two) == "Precious.");
    CHECK(read_file(two.home() / "secret.key", much) == read_file(one.home() / "secret.key", much));
    const auto app = two.open();
    CHECK(call(*app, "POST", "/api/v1/accounts/site/check").status == 200);
    CHECK(app::check_database(*app).faults.empty());
    CHECK(app::check_database(*app).version >= 1);
    // It is a database again and no backup.
    CHECK(app->store().read([](store::Reader& reader) {
        return reader.query("SELECT count(*) FROM sqlite_master WHERE name = 'backup'", {})
            .front()
            .integer(0);
    }) == 0);
}

TEST_CASE("a backup without its key holds no key, and its accounts need the old one") {
    const House one;
    const House two;
    const auto file = one.folder / "backup.caas";
    std::string key;
    {
        const auto app = one.open();
        fill(*app);
        CHECK_FALSE(app::backup(*app, file, false).has_keys);
        key = read_file(one.home() / "secret.key", much);
    }
    auto bare = key;
    while (!bare.empty() && bare.back() == '\n')
        bare.pop_back();
    CHECK(read_file(file, much).find(bare) == std::string::npos);

    const auto facts = restore(two, file);

    CHECK_FALSE(facts.has_keys);
    CHECK(facts.needs_keys);
    CHECK_FALSE(std::filesystem::exists(two.home() / "secret.key"));
    CHECK(contents(two) == "Precious.");
}

TEST_CASE("what was there is kept under another name, with its key") {
    const House one;
    const House two;
    const auto file = one.folder / "backup.caas";
    {
        const auto app = one.open();
        fill(*app);
        app::backup(*app, file, true);
    }
    {
        const auto app = two.open();
        fill(*app, "Former.");
    }
    const auto key = read_file(two.home() / "secret.key", much);

    const auto facts = restore(two, file);

    CHECK(contents(two) == "Precious.");
    REQUIRE(std::filesystem::exists(facts.kept));
    CHECK(facts.kept.filename().string() == "caas.db.before-restore-2026-11-22T100000");
    CHECK(read_file(two.home() / "secret.key.before-restore-2026-11-22T100000", much) == key);
    CHECK(read_file(two.home() / "secret.key", much) == read_file(one.home() / "secret.key", much));
    // The way back.
    CHECK(facts.leads_back);
    CHECK(restore(two, facts.kept).has_keys);
    CHECK(contents(two) == "Former.");
    CHECK(read_file(two.home() / "secret.key", much) == key);
}

TEST_CASE("two restores within one second keep what was there before each of them") {
    const House one;
    const House two;
    const auto file = one.folder / "backup.caas";
    app::backup(*one.open(), file, true);
    app::add(*two.open(), "Former.");
    const auto first = restore(two, file);
    app::add(*two.open(), "Between.");

    const auto second = restore(two, file);

    CHECK(first.kept != second.kept);
    CHECK(second.kept.filename().string() == "caas.db.before-restore-2026-11-22T100000-2");
    restore(two, first.kept);
    CHECK(contents(two) == "Former.");
    restore(two, second.kept);
    CHECK(contents(two) == "Between.");
}

TEST_CASE("what was written last is in the copy that is kept, which has no log beside it") {
    const House one;
    const House two;
    const auto file = one.folder / "backup.caas";
    app::backup(*one.open(), file, true);
    app::add(*two.open(), "Former.");
    // Whoever only reads leaves a log behind.
    store::sqlite(two.home() / "caas.db")->open_reader()->query("SELECT count(*) FROM post", {});

    const auto facts = restore(two, file);

    for (const auto* part : {"-wal", "-shm", "-journal"}) {
        CHECK_FALSE(std::filesystem::exists(facts.kept.string() + part));
        CHECK_FALSE(std::filesystem::exists((two.home() / "caas.db").string() + part));
    }
    restore(two, facts.kept);
    CHECK(contents(two) == "Former.");
}

TEST_CASE("a damaged database is kept as it is") {
    const House one;
    const House two;
    const auto file = one.folder / "backup.caas";
    app::backup(*one.open(), file, true);
    std::filesystem::create_directories(two.home());
    write_file(two.home() / "caas.db", "Dear diary.");
    write_file(two.home() / "caas.db-wal", "Dear log.");

    const auto facts = restore(two, file);

    CHECK_FALSE(facts.leads_back);
    CHECK(read_file(facts.kept, much) == "Dear diary.");
    CHECK(read_file(facts.kept.string() + "-wal", much) == "Dear log.");
    CHECK_FALSE(std::filesystem::exists((two.home() / "caas.db").string() + "-wal"));
    CHECK(app::check_database(*two.open()).faults.empty());
}

TEST_CASE("a backup overwrites nothing and leaves nothing half-made") {
    const House house;
    const auto app = house.open();
    fill(*app);
    const auto file = house.folder / "there";
    std::ofstream(file) << "mine";
    CHECK(app::code_of([&] { app::backup(*app, file, true); }) == "conflict");
    CHECK(read_file(file, much) == "mine");
    const auto link = house.folder / "link";
    std::filesystem::create_symlink(house.folder / "nowhere", link);
    CHECK(app::code_of([&] { app::backup(*app, link, true); }) == "conflict");
    CHECK(std::filesystem::is_symlink(link));
    CHECK(call(*app, "GET", "/api/v1/content").status == 200);
}

TEST_CASE("a backup takes no file away, and leaves none but itself") {
    const House house;
    const auto app = house.open();
    const auto folder = house.folder / "safe";
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "x.part") << "mine";

    app::backup(*app, folder / "x", true);

    CHECK(read_file(folder / "x.part", much) == "mine");
    const auto files = std::filesystem::directory_iterator(folder);
    CHECK(std::distance(begin(files), end(files)) == 2);
}

// What the person is told.
std::string refusal(app::App& app, const std::filesystem::path& file) {
    try {
        app::backup(app, file, true);
    } catch (const Error& error) {
        return std::string(facts(error.code()).name) + ": " + error.what();
    }
    return "fine";
}

TEST_CASE("a backup into a folder that is not there says which, and is not to be tried again") {
    const House house;
    const auto app = house.open();
    const auto folder = house.folder / "no such folder";
    const auto file = house.folder / "file";
    std::ofstream(file) << "mine";

    CHECK(refusal(*app, folder / "backup") == "not_found: There is no folder " + folder.string());
    CHECK(refusal(*app, file / "backup") == "not_found: There is no folder " + file.string());
    CHECK(refusal(*app, "") == "usage: The backup has no name");
}

TEST_CASE("a backup into a folder that may not be entered is forbidden, and names the file") {
    const House house;
    const auto app = house.open();
    const auto closed = house.folder / "closed";
    std::filesystem::create_directory(closed);
    std::filesystem::permissions(closed, std::filesystem::perms(0));
    const auto file = closed / "folder" / "backup";

    const auto said = fake::in_child([&]() -> std::string {
        return fake::become_nobody() ? refusal(*app, file) : "no rights to give up";
    });
    std::filesystem::permissions(closed, std::filesystem::perms(0700));

    CHECK(said == "forbidden: Not allowed to make the file " + file.string());
}

TEST_CASE("a backup is not written into a file called - by whoever means standard output") {
    const House house;

    CHECK(refusal(*house.open(), "-") == "usage: A backup does not go to standard output");

    CHECK_FALSE(std::filesystem::exists("-"));
}

struct Refusal {
    House one;
    House two;
    std::filesystem::path file = one.folder / "backup.caas";

    Refusal() {
        const auto app = one.open();
        fill(*app);
        app::backup(*app, file, true);
        const auto other = two.open();
        app::add(*other, "Former.");
    }

    std::string code() {
        auto said = app::code_of([&] { restore(two, file); });
        // Whatever was refused: what was there is there, alone.
        CHECK(contents(two) == "Former.");
        for (const auto& entry : std::filesystem::directory_iterator(two.home())) {
            const auto name = entry.path().filename().string();
            CAPTURE(name);
            CHECK(name.find("restore") == std::string::npos);
        }
        return said;
    }
};

TEST_CASE("a restore refuses a file that is not there, and a folder") {
    Refusal it;
    it.file = it.one.folder / "nothing";
    CHECK(it.code() == "not_found");
    it.file = it.one.folder.path();
    CHECK(it.code() == "invalid");
}

TEST_CASE("a restore refuses what is no backup") {
    Refusal it;
    SUBCASE("a text") {
        std::ofstream(it.file, std::ios::trunc) << "Dear diary, this is no database at all.";
    }
    SUBCASE("a device") {
        it.file = "/dev/null";
    }
    SUBCASE("an empty file") {
        std::ofstream(it.file, std::ios::trunc) << "";
    }
    SUBCASE("a database that is in use") {
        it.file = it.one.home() / "caas.db";
    }
    SUBCASE("a database of another program") {
        std::filesystem::remove(it.file);
        std::ofstream(it.file) << "";
        alter(it.file, "CREATE TABLE cookies (name TEXT)");
    }
    SUBCASE("a backup whose mark is empty") {
        alter(it.file, "DELETE FROM backup");
    }
    SUBCASE("a backup of another program") {
        std::filesystem::remove(it.file);
        std::ofstream(it.file) << "";
        alter(
            it.file,
            "CREATE TABLE backup (made_at BIGINT, secret_key TEXT);"
            "INSERT INTO backup VALUES (1, NULL)");
    }
    CHECK(it.code() == "invalid");
}

TEST_CASE("a restore refuses a damaged backup") {
    Refusal it;
    SUBCASE("cut off") {
        std::filesystem::resize_file(it.file, std::filesystem::file_size(it.file) / 2);
    }
    SUBCASE("overwritten in the middle") {
        std::fstream file(it.file, std::ios::in | std::ios::out | std::ios::binary);
        for (int page = 1; page < 40; ++page) {
            file.seekp(page * 4096);
            file << std::string(600, '\x5a');
        }
    }
    SUBCASE("its key overwritten") {
        alter(it.file, "UPDATE backup SET secret_key = '!!!'");
    }
    CHECK(it.code() == "invalid");
}

TEST_CASE("a restore refuses a backup of a newer version") {
    Refusal it;
    alter(
        it.file,
        "INSERT INTO migration (number, name, checksum, applied_at) "
        "VALUES (999, 'from the future', 'x', 0)");
    CHECK(it.code() == "storage_newer");
}

TEST_CASE("a restore refuses while a daemon uses the home") {
    Refusal it;
    auto lock = app::take_daemon_lock(it.two.home());
    REQUIRE(lock);
    lock->note("pid 7, 127.0.0.1:8000");
    try {
        restore(it.two, it.file);
        FAIL("nothing was thrown");
    } catch (const Error& e) {
        CHECK(e.code() == Code::engine_running);
        CHECK(std::string(e.what()).find("pid 7") != std::string::npos);
    }
    CHECK(it.code() == "engine_running");
}

}  // namespace
}  // namespace caas
