#include "cli/checkup.h"

#include <filesystem>
#include <functional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/installation.h"
#include "cli/port.h"
#include "cli/print/moment.h"
#include "core/app/daemon_presence.h"
#include "core/app/maintenance.h"
#include "core/app/settings_check.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/flow/provider_choice.h"
#include "core/net/curl.h"
#include "core/vault/key.h"

namespace caas::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t mebibyte = 1U << 20U;

// An Error inside a check is its finding.
Finding guarded(const std::string& check, const std::function<Finding()>& look) {
    try {
        auto finding = look();
        finding.check = check;
        return finding;
    } catch (const Error& error) {
        return {check, Health::bad, error.what(), error.hint()};
    }
}

// The first secret that stands in the file itself; empty when none does.
std::string secret_in_file(const config::Settings& settings) {
    for (const auto& setting : config::all_settings()) {
        if (setting.is_secret && settings.origin(setting.name) == config::Origin::file &&
            !settings.secret(setting.name).empty())
            return std::string(setting.name);
    }
    return {};
}

Finding check_configuration(const Call& call) {
    const auto settings = load_settings(call);
    app::check_settings(settings);
    const auto file = find_paths(call).config_file.string();

    struct stat facts {};

    if (stat(file.c_str(), &facts) != 0)
        return {{}, Health::good, "defaults and the environment; there is no " + file, {}};
    // A group may be one that was made for caas.
    if (const auto name = secret_in_file(settings); !name.empty() && (facts.st_mode & S_IROTH) != 0)
        return {
            {},
            Health::warning,
            file + " holds " + name + " and can be read by everybody",
            "chmod 600 " + file + ", or give the secret in the environment"};
    return {{}, Health::good, file, {}};
}

Finding check_program(const Call& call) {
    const auto share = find_paths(call).share;
    if (share.empty())
        return {
            {},
            Health::bad,
            "the folder share/ that came with caas was not found",
            "install caas again, or set CAAS_SHARE to it"};
    return {{}, Health::good, share.string(), {}};
}

Finding check_zones(const Call& call) {
    if (!is_zone("Europe/Berlin"))
        return {{}, Health::bad, "no time zone data was found", "install the package tzdata"};
    return {{}, Health::good, "present; this machine is in " + call.zone(), {}};
}

Finding check_clock(const Call& call) {
    constexpr Instant written = from_ms(1764547200000);  // 2025-12-01, before this program was
    constexpr auto tolerance = std::chrono::minutes(5);
    const auto mend = "set the clock, for example with: timedatectl set-ntp true";
    if (call.now() < written)
        return {{}, Health::bad, "the clock says " + to_rfc3339(call.now()), mend};

    struct stat facts {};

    const auto file = find_paths(call).database().string() + "-wal";
    if (stat(file.c_str(), &facts) == 0) {
        const auto changed = from_ms(std::int64_t{facts.st_mtim.tv_sec} * 1000);
        if (changed > call.now() + tolerance)
            return {{}, Health::warning, "the database was changed in the future", mend};
    }
    return {{}, Health::good, to_rfc3339(call.now()), {}};
}

// The nearest folder above that exists.
fs::path existing(fs::path folder) {
    std::error_code ignored;
    while (!fs::exists(folder, ignored) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

Finding check_folder(const Call& call) {
    const auto data = find_paths(call).data;
    const auto at = existing(data);
    // By the rights this process has: root that acts as the owner keeps one of its own.
    if (::faccessat(AT_FDCWD, at.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        return {
            {},
            Health::bad,
            at.string() + " cannot be written",
            "make it yours, or choose another folder with --home or CAAS_HOME"};

    struct stat facts {};

    constexpr mode_t of_others = 0022;
    if (at == data && stat(at.c_str(), &facts) == 0 && (facts.st_mode & of_others) != 0)
        return {
            {},
            Health::warning,
            data.string() + " can be changed by others",
            "chmod go-w " + data.string()};
    return {{}, Health::good, data.string() + (at == data ? "" : " (made at first use)"), {}};
}

Finding check_disk(const Call& call) {
    const auto space = fs::space(existing(find_paths(call).data));
    const auto free = std::to_string(space.available / mebibyte) + " MiB free";
    if (space.available < 10 * mebibyte)
        return {{}, Health::bad, free, "make room: nothing can be stored soon"};
    if (space.available < 200 * mebibyte)
        return {{}, Health::warning, free, "make room before the disk is full"};
    return {{}, Health::good, free, {}};
}

Finding check_key(const Call& call) {
    const auto settings = load_settings(call);
    if (const auto& setting = settings.secret("vault.secret_key"); !setting.empty()) {
        const auto source = settings.whence("vault.secret_key");
        vault::parse_keys(setting.reveal(), source);
        return {{}, Health::good, "from " + source, {}};
    }
    const auto file = find_paths(call).secret_key();
    if (!vault::read_keys(file))
        return {{}, Health::good, "none yet: made when the first account is connected", {}};
    return {{}, Health::good, file.string(), {}};
}

Finding check_database(Call& call) {
    const auto file = find_paths(call).database();
    const bool is_file = load_settings(call).secret("store.url").empty();
    std::error_code ignored;
    if (is_file && !fs::exists(file, ignored))
        return {{}, Health::good, "none yet: made at first use", {}};
    const auto app = open_app(call);
    const auto facts = app::check_database(*app);
    if (!facts.faults.empty())
        return {
            {},
            Health::bad,
            facts.faults.front(),
            is_file ? "keep a copy of the folder, then: caas restore BACKUP"
                    : "look at the server's log, then restore a backup of it"};
    app::expect_writable(*app);
    const auto where = is_file ? std::string() : app->database() + ", ";
    return {{}, Health::good, where + "sound, schema " + std::to_string(facts.version), {}};
}

Finding check_media(Call& call) {
    const auto file = find_paths(call).database();
    std::error_code ignored;
    if (load_settings(call).secret("store.url").empty() && !fs::exists(file, ignored))
        return {{}, Health::good, "none yet", {}};
    const auto facts = app::check_media(*open_app(call));
    if (!facts)
        return {{}, Health::good, "in a bucket, not looked for", {}};
    if (facts->missing > 0)
        return {{}, Health::bad, app::missing_words(*facts), app::missing_mend};
    return {{}, Health::good, "files of media that are there: " + std::to_string(facts->files), {}};
}

Finding check_daemon(Call& call) {
    const auto daemon = app::running_daemon(find_paths(call).data);
    if (daemon)
        return {{}, Health::good, "running: " + *daemon, {}};
    if (!load_settings(call).secret("store.url").empty()) {
        const auto app = open_app(call);
        const auto others = app::living_daemons(app->store(), call.now());
        if (!others.empty())
            return {{}, Health::good, "running elsewhere: " + others, {}};
    }
    return {
        {},
        Health::warning,
        "not running: nothing scheduled is sent",
        "start caasd, or run `caasd --once` from cron"};
}

Finding check_port(const Call& call) {
    const auto address = load_settings(call).text("http.listen");
    if (app::is_daemon_running(find_paths(call).data))
        return {{}, Health::good, address + ", used by the daemon", {}};
    if (!is_free(address))
        return {
            {},
            Health::bad,
            "another program listens on " + address,
            "stop it, or set another [http] listen"};
    return {{}, Health::good, address + " is free", {}};
}

Finding check_provider(
    const config::Settings& settings, const provider::Driver& driver, bool is_online) {
    const auto endpoint = flow::endpoint_of(settings, driver);
    if (!is_online || driver.check == nullptr)
        return {{}, Health::good, "configured", {}};
    const auto http = net::curl_client({.ca_file = settings.text("net.ca_file")});
    SystemClock clock;
    SystemRandom random;
    driver.check(endpoint, {*http, clock, random});
    return {{}, Health::good, "answers, the key works", {}};
}

void check_providers(Call& call, bool is_online, std::vector<Finding>& out) {
    std::optional<config::Settings> settings;
    try {
        settings = load_settings(call);
    } catch (const Error&) {
        return;  // said by the check of the configuration
    }
    bool has_model = false;
    for (const auto* driver : provider::all()) {
        const auto name = "providers." + std::string(driver->id);
        const bool is_wanted = driver->needs_key || (driver->id != "offline" &&
                                                     !settings->text(name + ".base_url").empty());
        if (!is_wanted || !flow::is_configured(*settings, *driver))
            continue;
        has_model = true;
        out.push_back(guarded(name, [&] { return check_provider(*settings, *driver, is_online); }));
    }
    if (!has_model)
        out.push_back(
            {"providers",
             Health::warning,
             "no model is configured: only templates of the provider offline",
             "set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY, or [providers]"});
}

}  // namespace

std::vector<Finding> examine(Call& call, bool is_online) {
    std::vector<Finding> out;
    const auto add = [&](const std::string& check, const std::function<Finding()>& look) {
        out.push_back(guarded(check, look));
    };
    add("configuration", [&] { return check_configuration(call); });
    add("program files", [&] { return check_program(call); });
    add("time zones", [&] { return check_zones(call); });
    add("clock", [&] { return check_clock(call); });
    add("data folder", [&] { return check_folder(call); });
    add("disk", [&] { return check_disk(call); });
    add("secret key", [&] { return check_key(call); });
    add("database", [&] { return check_database(call); });
    add("media", [&] { return check_media(call); });
    add("daemon", [&] { return check_daemon(call); });
    add("port", [&] { return check_port(call); });
    check_providers(call, is_online, out);
    return out;
}

}  // namespace caas::cli
