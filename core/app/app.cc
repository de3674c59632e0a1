#include "core/app/app.h"

#include <mutex>

#include "core/access/bootstrap.h"
#include "core/access/token.h"
#include "core/api/problem.h"
#include "core/api/router.h"
#include "core/app/daemon_presence.h"
#include "core/app/version.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/time_zone.h"
#include "core/base/wake.h"
#include "core/flow/connect.h"
#include "core/flow/doors.h"
#include "core/flow/engine_pace.h"
#include "core/net/curl.h"
#include "core/platform/account.h"

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

std::unique_ptr<store::Connector> connector_of(
    const config::Settings& settings, const config::Paths& paths) {
    if (!settings.secret("store.url").empty())
        throw Error(
            Code::invalid,
            "This version of caas keeps its data in SQLite only, and " +
                settings.whence("store.url") + " asks for something else",
            "unset DATABASE_URL (and `url` of [store])");
    make_folder(paths.data);
    return store::sqlite(paths.database());
}

std::string name_of(const Error& error) {
    return std::string(facts(error.code()).name);
}

std::optional<std::string_view> bearer(const std::optional<std::string>& header) {
    constexpr std::string_view scheme = "Bearer ";
    if (!header || header->size() <= scheme.size())
        return std::nullopt;
    for (std::size_t i = 0; i + 1 < scheme.size(); ++i) {
        // The scheme's name is case-insensitive (RFC 9110, 11.1).
        if (((*header)[i] | 0x20) != (scheme[i] | 0x20))
            return std::nullopt;
    }
    return std::string_view(*header).substr(scheme.size());
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
          store(connector_of(settings, paths), clock),
          http(net::curl_client(
              {.user_agent = "caas/" + std::string(app::version),
               .ca_file = settings.text("net.ca_file"),
               .plain_http_hosts = settings.list("net.plain_http_hosts")})),
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
              paths.data},
          doors(flow::make_doors(tools)),
          context{
              tools, [this] { wake(); }, [this] { return vital ? vital() : local_vital(); }, {}},
          router(context) {
        if (!is_daemon)
            context.deliver = [this](const PostId& id, const std::stop_token& stop) {
                if (!is_daemon_running(paths.data))
                    engine().deliver_one(id, stop);
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
                store,
                doors,
                *http,
                clock,
                random,
                ids,
                log,
                [this](const EngineId& id) -> std::unique_ptr<delivery::Liveness> {
                    return std::make_unique<delivery::FileLiveness>(paths.data / "engines", id);
                }};
            flow::Engine::Options options;
            options.workers = static_cast<std::size_t>(settings.integer("publish.concurrency"));
            options.pace = flow::engine_pace();
            options.description = is_daemon ? "caasd" : "caas";
            maybe_engine = std::make_unique<flow::Engine>(parts, std::move(options));
        }
        return *maybe_engine;
    }

    void wake() {
        if (is_daemon)
            engine().wake();
        else
            caas::wake(paths.data);
    }

    api::Vital local_vital() const {
        api::Vital facts;
        facts.version = app::version;
        const auto daemon = running_daemon(paths.data);
        facts.is_daemon_running = daemon.has_value();
        facts.daemon = daemon.value_or("");
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

    std::optional<access::Principal> authenticate(const api::Request& request) {
        const auto header = request.header("Authorization");
        const auto token = bearer(header);
        if (!token)
            return std::nullopt;
        const auto now = clock.now();
        const auto [principal, is_noted] = store.read([&](store::Reader& reader) {
            auto found = access::authenticate(reader, *token, now);
            const bool is_due =
                found && found->token && access::is_due_for_note(reader, *found->token, now);
            return std::pair(std::move(found), !is_due);
        });
        if (principal && !is_noted) {
            // When it was used is good to know; a full or read-only disk is no reason to refuse it.
            try {
                store.write([&](store::Transaction& transaction) {
                    access::note_use(transaction, *principal->token, now);
                });
            } catch (const Error& e) {
                log.write(Level::warn, "token.not_noted", {{"code", name_of(e)}});
            }
        }
        return principal;
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
    const std::unique_ptr<net::HttpClient> http;
    std::mutex mutex;  // guards vault and maybe_engine, which are made late
    std::optional<vault::Vault> vault;
    const flow::Tools tools;
    const flow::Doors doors;
    std::function<api::Vital()> vital;
    api::Context context;
    const api::Router router;
    std::mutex owner_mutex;
    std::optional<access::Principal> known_owner;
    std::unique_ptr<flow::Engine> maybe_engine;  // last: it uses all of the above
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
        return parts_->router.handle(request, parts_->authenticate(request));
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

}  // namespace caas::app
