#include "core/app/app.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include <unistd.h>

#include "core/access/bootstrap.h"
#include "core/api/problem.h"
#include "core/api/router.h"
#include "core/app/biller.h"
#include "core/app/daemon_presence.h"
#include "core/app/engine_presence.h"
#include "core/app/gate.h"
#include "core/app/home_database.h"
#include "core/app/version.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/base/wake.h"
#include "core/config/sandbox.h"
#include "core/flow/connect.h"
#include "core/flow/doors.h"
#include "core/flow/engine_pace.h"
#include "core/flow/measure.h"
#include "core/flow/media.h"
#include "core/flow/ration_change.h"
#include "core/flow/relock.h"
#include "core/flow/renew.h"
#include "core/flow/series.h"
#include "core/flow/zone_change.h"
#include "core/net/curl.h"
#include "core/net/loopback_only.h"
#include "core/platform/account.h"
#include "core/store/postgres_bell.h"

namespace caas::app {
namespace {

config::Settings read_settings(const Start& start, const config::Paths& paths) {
    return config::load(
        {paths.config_file, paths.must_config_exist, start.environment, start.flags});
}

Level level_of(const Start& start, const config::Settings& settings) {
    if (!start.is_daemon)
        return start.is_verbose ? Level::debug : Level::error;
    const auto name = settings.text("log.level");
    if (name == "debug")
        return Level::debug;
    if (name == "warn")
        return Level::warn;
    if (name == "error")
        return Level::error;
    return name == "off" ? Level::off : Level::info;
}

std::unique_ptr<net::HttpClient> client_of(const config::Settings& settings) {
    auto client = net::curl_client(
        {.user_agent = "caas/" + std::string(app::version),
         .ca_file = settings.text("net.ca_file"),
         .plain_http_hosts = settings.list("net.plain_http_hosts")});
    if (!settings.truth("sandbox.enabled"))
        return client;
    return std::make_unique<net::LoopbackOnly>(std::move(client), config::sandbox_origin(settings));
}

// What other programs on the same PostgreSQL database are told of this one.
std::string description_of_process(const std::string& program) {
    constexpr std::size_t most_host_bytes = 256;
    std::array<char, most_host_bytes> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        return program;
    return program + " on " + host.data() + ", process " + std::to_string(::getpid());
}

}  // namespace

struct App::Parts {
    explicit Parts(const Start& start)
        : user(start.user),
          is_daemon(start.is_daemon),
          paths(config::find_paths(start.environment, start.paths, config::own_executable())),
          settings(read_settings(start, paths)),
          log(clock,
              level_of(start, settings),
              start.is_daemon ? settings.text("log.file") : std::string()),
          ids(clock, random),
          store(home_database(settings, paths), clock),
          http(client_of(settings)),
          tools{
              store,
              clock,
              random,
              ids,
              *http,
              settings,
              [this]() -> const vault::Vault& { return open_vault(); },
              log,
              paths.share,
              paths.data,
              [this]() -> const billing::Plans& { return plans.get(); },
              [this] { return daemon_address(paths.data); }},
          doors(flow::make_doors(tools, [this] { expect_mail(); })),
          gate(tools, paths, is_daemon),
          biller(tools, [this] { gate.post(); }),
          context{
              tools,
              [this] { wake(); },
              [this] { return vital ? vital() : local_vital(); },
              {},
              &gate.people(),
              [this] { gate.post(); },
              [this] { biller.wake(); }},
          router(context) {
        if (is_daemon)
            plans.get();  // what is wrong with them is said at once
        else
            context.deliver =
                [this](const PostId& id, Milliseconds most, const std::stop_token& stop) {
                    if (!is_daemon_running(paths.data))
                        engine().deliver_one(id, stop, most);
                    post_expected();
                };
    }

    const vault::Vault& open_vault() {
        const std::scoped_lock lock(mutex);
        if (!vault)
            vault.emplace(
                vault::installation_keys(
                    settings.secret("vault.secret_key"), paths.secret_key(), random),
                random);
        return *vault;
    }

    flow::Engine& engine() {
        const std::scoped_lock lock(mutex);
        if (!maybe_engine) {
            const flow::Engine::Parts parts{
                store, doors, *http, clock, random, ids, log, [this](const EngineId& id) {
                    return make_liveness(id);
                }};
            flow::Engine::Options options;
            options.workers = static_cast<std::size_t>(settings.integer("publish.concurrency"));
            options.pace = flow::engine_pace();
            options.description = program();
            // Elsewhere, nothing but looking tells that an engine died.
            if (is_shared())
                options.recheck = std::chrono::seconds(10);
            maybe_engine = std::make_unique<flow::Engine>(parts, std::move(options));
            if (is_shared() && is_daemon)
                bell = std::make_unique<store::PostgresBell>(
                    settings.secret("store.url"),
                    [this, made = maybe_engine.get()] { wake_own(*made); });
        }
        return *maybe_engine;
    }

    // Whether programs with other data folders may work on the same database.
    bool is_shared() const { return !settings.secret("store.url").empty(); }

    std::string program() const {
        const std::string name = is_daemon ? "caasd" : "caas";
        return is_shared() ? description_of_process(name) : name;
    }

    std::unique_ptr<delivery::Liveness> make_liveness(const EngineId& id) {
        return is_shared() ? live_on_server(paths.data, store, clock, id, program())
                           : live_on_file(paths.data, opened, id);
    }

    void wake_own(flow::Engine& own) {
        own.wake();
        const std::scoped_lock lock(mutex);
        if (wake_housekeeper)
            wake_housekeeper();
    }

    void wake() {
        if (is_daemon)
            wake_own(engine());
        else
            caas::wake(paths.data);
        if (!is_shared())
            return;
        const std::scoped_lock lock(mutex);
        if (!bell)
            bell = std::make_unique<store::PostgresBell>(settings.secret("store.url"), nullptr);
        bell->ring();
    }

    // Mail is being put in the queue, in a transaction that is still open.
    void expect_mail() {
        is_mail_expected = true;
        const std::scoped_lock lock(mutex);
        if (wake_housekeeper)
            wake_housekeeper();
    }

    void post_expected() {
        if (!is_mail_expected.exchange(false))
            return;
        // Whatever was being written is durable after this.
        store.write([](store::Transaction&) {});
        gate.post();
    }

    std::optional<Instant> keep_signed_in() {
        const auto kept = flow::keep_signed_in(tools);
        if (kept.told > 0)
            gate.post();
        return kept.again;
    }

    std::optional<Instant> keep_house() {
        post_expected();
        int changed = 0;
        if (!has_current_zones) {
            changed = flow::heed_zone_change(tools, flow::system_zones()) +
                      flow::heed_ration_change(tools, flow::ration_of(settings));
            has_current_zones = true;
        }
        gate.sweep();
        const auto done = flow::top_up_series(tools);
        if (changed + done.posts > 0)
            engine().wake();
        auto again = flow::sweep_media_daily(tools, next_media_sweep);
        for (const auto& other : {done.again, flow::keep_plans_hourly(tools, next_plan_look)})
            again = std::min(again, other.value_or(again));
        return again;
    }

    api::Vital local_vital() {
        api::Vital facts;
        facts.version = app::version;
        const auto daemon = running_daemon(paths.data);
        facts.is_daemon_running = daemon.has_value();
        facts.daemon = daemon.value_or("");
        if (!daemon && is_shared()) {
            facts.daemon = living_daemons(store, clock.now());
            facts.is_daemon_running = !facts.daemon.empty();
        }
        return facts;
    }

    access::Principal owner() {
        const std::scoped_lock lock(owner_mutex);
        if (!known_owner) {
            known_owner =
                store.read([](store::Reader& reader) { return access::local_owner(reader); });
        }
        if (!known_owner) {
            known_owner = store.write([this](store::Transaction& transaction) {
                auto principal =
                    access::bootstrap(transaction, ids, clock.now(), user, system_zone());
                if (platform::list_accounts(transaction, principal.workspace).items.empty())
                    flow::add_outbox_account(tools, transaction, principal.workspace);
                return principal;
            });
        }
        return *known_owner;
    }

    const std::string user;
    const bool is_daemon;
    SystemClock clock;
    SystemRandom random;
    const config::Paths paths;
    const config::Settings settings;
    Log log;
    IdMaker ids;
    store::Store store;
    const OpenedFile opened{paths.database()};
    const std::unique_ptr<net::HttpClient> http;
    std::mutex mutex;  // guards vault, maybe_engine and wake_housekeeper, which are made late
    std::optional<vault::Vault> vault;
    billing::PlanFile plans{paths.share, settings};
    const flow::Tools tools;
    const flow::Doors doors;
    Gate gate;
    Biller biller;
    std::function<api::Vital()> vital;
    std::function<void()> wake_housekeeper;
    std::atomic<bool> is_mail_expected = false;
    bool has_current_zones = false;
    std::optional<Instant> next_media_sweep;  // of the thread that keeps house
    std::optional<Instant> next_plan_look;    // of the same
    api::Context context;
    const api::Router router;
    std::mutex owner_mutex;
    std::optional<access::Principal> known_owner;
    std::unique_ptr<flow::Engine> maybe_engine;  // uses all of the above
    std::unique_ptr<store::PostgresBell> bell;   // wakes the engine; made late, under `mutex`
};

App::App(const Start& start) : parts_(std::make_unique<Parts>(start)) {}

App::~App() = default;

api::Response App::handle_local(api::Request& request) {
    try {
        return parts_->router.handle(request, parts_->owner());
    } catch (const Error& e) {
        return api::problem(e, request.request_id);
    }
}

api::Response App::handle_remote(api::Request& request) {
    try {
        return parts_->router.handle(request, parts_->gate.authenticate(request));
    } catch (const Error& e) {
        return api::problem(e, request.request_id);
    }
}

const config::Settings& App::settings() const {
    return parts_->settings;
}

const config::Paths& App::paths() const {
    return parts_->paths;
}

Log& App::log() {
    return parts_->log;
}

Clock& App::clock() {
    return parts_->clock;
}

store::Store& App::store() {
    return parts_->store;
}

flow::Engine& App::engine() {
    return parts_->engine();
}

void App::set_vital(std::function<api::Vital()> vital) {
    parts_->vital = std::move(vital);
}

void App::wake() {
    parts_->wake();
}

std::string App::database() const {
    return database_name(parts_->settings, parts_->paths);
}

std::optional<Instant> App::keep_house() {
    return parts_->keep_house();
}

std::optional<Instant> App::keep_signed_in() {
    return parts_->keep_signed_in();
}

std::optional<Instant> App::keep_billing(const std::stop_token& stop) {
    return parts_->biller.keep(stop);
}

void App::set_biller(std::function<void()> wake) {
    parts_->biller.set_wake(std::move(wake));
}

void App::set_housekeeper(std::function<void()> wake) {
    const std::scoped_lock lock(parts_->mutex);
    parts_->wake_housekeeper = std::move(wake);
}

std::optional<Instant> App::measure() {
    return flow::measure_due(parts_->tools);
}

std::optional<Instant> App::deliver_mail() {
    return parts_->gate.deliver_mail();
}

void App::set_postman(std::function<void()> wake) {
    parts_->gate.set_postman(std::move(wake));
}

}  // namespace caas::app
