// The application on a real home: what its first use makes, who it answers, what it refuses.
#include "core/app/app.h"

#include <fstream>
#include <functional>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/app/daemon_presence.h"
#include "core/base/file.h"
#include "tests/core/app/rig.h"
#include "tests/core/store/child.h"

namespace caas {
namespace {

using app::call;
using app::House;

TEST_CASE("the first use of an empty home makes one of everything") {
    const House house;
    const auto app = house.open();

    const auto me = call(*app, "GET", "/api/v1/auth/me").json;
    CHECK(me.at("name") == "ana");
    CHECK(me.at("role") == "owner");
    CHECK(me.at("is_local_owner") == true);
    CHECK(me.at("organization").at("name") == "ana");
    const auto workspaces = call(*app, "GET", "/api/v1/workspaces").json.at("items");
    REQUIRE(workspaces.size() == 1);
    CHECK(workspaces.at(0).at("name") == "ana");
    const auto accounts = call(*app, "GET", "/api/v1/accounts").json.at("items");
    REQUIRE(accounts.size() == 1);
    CHECK(accounts.at(0).at("name") == "outbox");
    CHECK(accounts.at(0).at("state") == "active");
    CHECK(std::filesystem::exists(house.home() / "caas.db"));
    // Made when the first secret is to be sealed.
    CHECK_FALSE(std::filesystem::exists(house.home() / "secret.key"));
}

TEST_CASE("a post goes to the outbox with nothing set up and no daemon") {
    const House house;
    const auto app = house.open();
    const auto id = app::add(*app, "Hello from a fresh home.");

    const auto made =
        call(*app, "POST", "/api/v1/posts", {{"content_id", id}, {"accounts", {"outbox"}}});
    REQUIRE(made.status == 201);
    auto show = app::request(
        "GET", "/api/v1/posts/" + made.json.at("items").at(0).at("id").get<std::string>());
    show.query = "wait=10";
    const auto post = app::read(app->handle_local(show)).json;

    CHECK(post.at("state") == "published");
    bool is_there = false;
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(house.home() / "outbox")) {
        if (file.is_regular_file())
            is_there |= read_file(file.path(), 1U << 20U).find("Hello from a fresh home.") !=
                        std::string::npos;
    }
    CHECK(is_there);
}

TEST_CASE("two that open an empty home at once share one of everything") {
    const House house;
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            try {
                const auto app = house.open();
                app::add(*app, "Hello.");
            } catch (const std::exception&) {
                ++failures;
            }
        });
    for (auto& thread : threads)
        thread.join();

    CHECK(failures == 0);
    const auto app = house.open();
    CHECK(call(*app, "GET", "/api/v1/content").json.at("items").size() == 4);
    CHECK(call(*app, "GET", "/api/v1/accounts").json.at("items").size() == 1);
    CHECK(call(*app, "GET", "/api/v1/workspaces").json.at("items").size() == 1);
}

TEST_CASE("two applications on one home see each other's work") {
    const House house;
    const auto one = house.open();
    const auto two = house.open();
    const auto id = app::add(*one, "From the one.");
    CHECK(call(*two, "GET", "/api/v1/content/" + id).status == 200);
    CHECK(
        call(*two, "PATCH", "/api/v1/content/" + id, {{"text", "From the other."}}).status == 200);
    CHECK(call(*one, "GET", "/api/v1/content/" + id).json.at("latest") == 2);
}

TEST_CASE("another database is refused in words that name who asked for it") {
    House house;
    house.variables["DATABASE_URL"] = "mysql://user:hunter2@db/caas";
    try {
        house.open();
        FAIL("nothing was thrown");
    } catch (const Error& e) {
        CHECK(e.code() == Code::invalid);
        CHECK(std::string(e.what()).find("DATABASE_URL") != std::string::npos);
        CHECK(std::string(e.what()).find("hunter2") == std::string::npos);
        CHECK(e.hint().find("DATABASE_URL") != std::string::npos);
    }
    CHECK_FALSE(std::filesystem::exists(house.home() / "caas.db"));
}

TEST_CASE("a wrong setting names where it was said") {
    House house;
    house.variables["CAAS_PUBLISH_CONCURRENCY"] = "many";
    const auto message = [&](const app::Start& start) {
        try {
            const app::App app(start);
        } catch (const Error& e) {
            CHECK(e.code() == Code::invalid);
            return std::string(e.what());
        }
        return std::string("fine");
    };
    CHECK(message(house.start()).find("CAAS_PUBLISH_CONCURRENCY") != std::string::npos);

    house.variables.clear();
    std::filesystem::create_directories(house.home());
    std::ofstream(house.home() / "config.toml") << "[publish]\n\nconcurrency = 0\n";
    CHECK(message(house.start()).find("config.toml:3") != std::string::npos);

    std::filesystem::remove(house.home() / "config.toml");
    auto start = house.start();
    start.flags = {{"http.listen", "--listen", "nowhere"}};
    CHECK(message(start).find("--listen") != std::string::npos);
    start = house.start();
    start.paths.config = house.folder / "missing.toml";
    CHECK(app::code_of([&] { const app::App app(start); }) == "not_found");
}

TEST_CASE("from elsewhere only a token opens the door") {
    const House house;
    const auto app = house.open();
    const auto organization =
        call(*app, "GET", "/api/v1/auth/me").json.at("organization_id").get<std::string>();
    const auto made = call(
        *app, "POST", "/api/v1/organizations/" + organization + "/tokens", {{"scope", "read"}});
    const auto token = made.json.at("token").get<std::string>();

    CHECK(app::remote(*app, "/api/v1/content", "").status == 401);
    CHECK(app::remote(*app, "/api/v1/content", token).status == 401);
    CHECK(app::remote(*app, "/api/v1/content", "Basic " + token).status == 401);
    CHECK(app::remote(*app, "/api/v1/content", "Bearer ").status == 401);
    CHECK(app::remote(*app, "/api/v1/content", "Bearer " + token + "x").status == 401);
    CHECK(app::remote(*app, "/api/v1/content", "Bearer " + token).status == 200);
    CHECK(app::remote(*app, "/api/v1/content", "bearer " + token).status == 200);
    CHECK(app::remote(*app, "/healthz", "").status == 200);
    const auto me = app::remote(*app, "/api/v1/auth/me", "Bearer " + token).json;
    CHECK(me.at("is_local_owner") == false);
    CHECK(me.at("scope") == "read");
    const auto list =
        call(*app, "GET", "/api/v1/organizations/" + organization + "/tokens").json.at("items");
    CHECK_FALSE(list.at(0).at("last_used_at").is_null());

    call(
        *app,
        "DELETE",
        "/api/v1/organizations/" + organization + "/tokens/" +
            made.json.at("id").get<std::string>());
    CHECK(app::remote(*app, "/api/v1/content", "Bearer " + token).status == 401);
}

TEST_CASE("a home that cannot be written still tells what is in it") {
    const House house;
    std::string token;
    {
        const auto app = house.open();
        app::add(*app, "Readable.");
        const auto organization =
            call(*app, "GET", "/api/v1/auth/me").json.at("organization_id").get<std::string>();
        token = call(
                    *app,
                    "POST",
                    "/api/v1/organizations/" + organization + "/tokens",
                    {{"scope", "read"}})
                    .json.at("token")
                    .get<std::string>();
        const auto lock = app::take_daemon_lock(house.home());
        REQUIRE(lock);
    }
    const auto set = [&](unsigned folder, unsigned file) {
        for (const auto& entry : std::filesystem::directory_iterator(house.home())) {
            if (entry.is_regular_file())
                std::filesystem::permissions(entry.path(), std::filesystem::perms(file));
        }
        std::filesystem::permissions(house.home(), std::filesystem::perms(folder));
    };
    std::filesystem::permissions(house.folder.path(), std::filesystem::perms(0755));
    set(0555, 0444);
    const auto said = fake::in_child([&]() -> std::string {
        if (!fake::become_nobody())
            return "no rights to give up";
        const auto app = house.open();
        const auto list = call(*app, "GET", "/api/v1/content");
        if (list.status != 200 || list.json.at("items").size() != 1)
            return "list: " + list.text;
        if (const auto status = call(*app, "GET", "/api/v1/status"); status.status != 200)
            return "status: " + status.text;
        if (const auto far = app::remote(*app, "/api/v1/content", "Bearer " + token);
            far.status != 200)
            return "token: " + far.text;
        return call(*app, "POST", "/api/v1/content", {{"text", "x"}}).code();
    });
    set(0755, 0600);
    CHECK(said == "storage_read_only");
}

TEST_CASE("a daemon is known by its lock and by what it wrote there") {
    const House house;
    const auto app = house.open();
    CHECK(call(*app, "GET", "/api/v1/status").json.at("daemon").at("is_running") == false);
    {
        auto lock = app::take_daemon_lock(house.home());
        REQUIRE(lock);
        lock->note("pid 1, 127.0.0.1:8000");
        CHECK_FALSE(app::take_daemon_lock(house.home()));
        const auto daemon = call(*app, "GET", "/api/v1/status").json.at("daemon");
        CHECK(daemon.at("is_running") == true);
        CHECK(daemon.at("description") == "pid 1, 127.0.0.1:8000");
    }
    CHECK_FALSE(app::is_daemon_running(house.home()));
}

// Time in which somebody lets go of the lock.
class Patience final : public Clock {
  public:
    explicit Patience(std::function<void()> on_sleep) : on_sleep_(std::move(on_sleep)) {}

    Instant now() const override { return {}; }

    Monotonic monotonic() const override { return {}; }

    bool sleep(Milliseconds duration, std::stop_token) override {
        slept += duration;
        on_sleep_();
        return true;
    }

    Milliseconds slept{};

  private:
    std::function<void()> on_sleep_;
};

TEST_CASE("a daemon waits for who only looks, and not for ever for another daemon") {
    const House house;
    std::filesystem::create_directories(house.home());
    auto other = app::take_daemon_lock(house.home());
    REQUIRE(other);

    Patience vain([] {});
    CHECK_FALSE(app::become_daemon(house.home(), vain));
    CHECK(vain.slept >= Milliseconds(300));
    CHECK(vain.slept <= Milliseconds(1000));

    Patience short_one([&] { other.reset(); });
    CHECK(app::become_daemon(house.home(), short_one));
    CHECK(short_one.slept <= Milliseconds(50));
}

TEST_CASE("those who look for a daemon do not take each other for one") {
    const House house;
    std::filesystem::create_directories(house.home());
    CHECK_FALSE(app::is_daemon_running(house.home()));
    CHECK_FALSE(std::filesystem::exists(house.home() / "caasd.lock"));
    app::take_daemon_lock(house.home());
    // As `caas status` holds it while it looks.
    const int looking = ::open((house.home() / "caasd.lock").c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(::flock(looking, LOCK_SH | LOCK_NB) == 0);
    CHECK_FALSE(app::is_daemon_running(house.home()));
    CHECK_FALSE(app::running_daemon(house.home()));
    ::close(looking);
}

}  // namespace
}  // namespace caas
