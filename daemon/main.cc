// The program caasd.
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <pwd.h>
#include <unistd.h>

#include "core/app/app.h"
#include "core/app/gate.h"
#include "core/app/settings_check.h"
#include "core/app/version.h"
#include "core/base/error.h"
#include "core/base/owner.h"
#include "core/base/standard_streams.h"
#include "daemon/http/listener.h"
#include "daemon/once.h"
#include "daemon/options.h"
#include "daemon/policy.h"
#include "daemon/process.h"
#include "daemon/sandbox.h"
#include "daemon/serve.h"

namespace caas::daemon {
namespace {

void say(const std::string& line) {
    std::fputs((line + "\n").c_str(), stderr);
}

void print(const std::string& text) {
    if (std::fputs(text.c_str(), stdout) != EOF && std::fflush(stdout) == 0)
        return;
    const int why = errno;
    if (why != EPIPE)  // who reads may leave early
        throw Error(
            why == ENOSPC ? Code::storage_full : Code::internal,
            "Standard output could not be written: " + std::generic_category().message(why));
}

std::string user_name() {
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> text(4096);
    if (::getpwuid_r(::geteuid(), &entry, text.data(), text.size(), &found) != 0 ||
        found == nullptr)
        return "owner";
    return found->pw_name;
}

app::Start start_of(const Options& options) {
    app::Start start;
    start.environment = config::system_environment();
    start.paths.home = options.home.value_or("");
    start.paths.config = options.config.value_or("");
    if (options.listen)
        start.flags.push_back({"http.listen", "--listen", *options.listen});
    start.is_daemon = true;
    return start;
}

// Before anything is opened or made: the files are to be those of whoever has the data folder.
void settle_user(app::Start& start) {
    act_as_owner(config::find_paths(start.environment, start.paths, config::own_executable()).data);
    start.user = user_name();
}

int check(const app::Start& start) {
    const auto paths = config::find_paths(start.environment, start.paths, config::own_executable());
    const auto settings =
        config::load({paths.config_file, paths.must_config_exist, start.environment, start.flags});
    const auto place = http::parse_place(settings.text("http.listen"));
    policy_of(settings, place);
    app::check_settings(settings);
    app::check_gate(settings);
    app::check_plans(settings, paths);
    std::error_code ignored;
    const bool is_there = std::filesystem::exists(paths.config_file, ignored);
    say("caasd: the configuration is valid" +
        (is_there ? ": " + paths.config_file.string()
                  : std::string(" (there is no file, all defaults)")));
    say("caasd: data in " + paths.data.string() + ", HTTP on " + place.text());
    if (!settings.secret("store.url").empty())
        say("caasd: database " + app::database_name(settings, paths));
    return 0;
}

int run(std::span<const std::string_view> arguments) {
    const auto options = parse_options(arguments);
    if (options.asks_help) {
        print(help_text());
        return 0;
    }
    if (options.asks_version) {
        print("caasd " + std::string(app::version) + "\n");
        return 0;
    }
    auto start = start_of(options);
    if (options.is_sandbox)
        find_sandbox_home(start);
    settle_user(start);
    if (options.is_check)
        return check(start);
    if (options.is_sandbox)
        mark_sandbox(start);
    return options.is_once ? run_once(start) : serve(start);
}

}  // namespace
}  // namespace caas::daemon

int main(int argc, char** argv) {
    caas::hold_standard_streams();
    caas::daemon::settle_process();
    try {
        const std::vector<std::string_view> arguments(argv + 1, argv + argc);
        return caas::daemon::run(arguments);
    } catch (const caas::Error& error) {
        caas::daemon::say(std::string("caasd: error: ") + error.what());
        if (!error.hint().empty())
            caas::daemon::say("hint: " + error.hint());
        return caas::facts(error.code()).exit_status;
    } catch (const std::exception& fault) {
        caas::daemon::say(std::string("caasd: error: ") + fault.what());
        return 1;
    }
}
