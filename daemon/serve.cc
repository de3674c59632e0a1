#include "daemon/serve.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include "core/api/route.h"
#include "core/app/daemon_presence.h"
#include "core/app/version.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/wake.h"
#include "daemon/housekeeping.h"
#include "daemon/http/listener.h"
#include "daemon/http/server.h"
#include "daemon/lifecycle.h"
#include "daemon/policy.h"
#include "daemon/process.h"
#include "daemon/sandbox.h"
#include "daemon/signals.h"
#include "daemon/supervisor.h"

namespace caas::daemon {
namespace {

// One daemon a folder.
FileLock take_place(const std::filesystem::path& data) {
    SystemClock clock;
    if (auto lock = app::become_daemon(data, clock))
        return std::move(*lock);
    const auto note = app::running_daemon(data).value_or("");
    throw Error(
        Code::engine_running,
        "Another caasd already works on " + data.string() +
            (note.empty() ? std::string() : ": " + note),
        "Stop it first, or give this one another folder with --home DIR");
}

// The listening sockets outlive a reload: callers wait in the kernel meanwhile instead of being
// refused.
struct Listening {
    std::string setting;
    http::Place place;
    std::vector<http::Descriptor> sockets;

    // Our own sockets on the same port are closed first: from one address to all, they overlap.
    void follow(const std::string& wanted) {
        if (wanted == setting)
            return;
        auto next = http::parse_place(wanted);
        if (next.port == place.port)
            sockets.clear();
        sockets = http::listen_on(next);
        place = next;
        setting = wanted;
    }

    bool is_on_port_of(const std::string& wanted) const {
        return http::parse_place(wanted).port == place.port;
    }

    std::vector<http::Descriptor> duplicates() const {
        std::vector<http::Descriptor> copies;
        for (const auto& socket : sockets) {
            copies.push_back(socket.duplicate());
            if (!copies.back())
                throw Error(Code::unavailable, "The process has no more descriptors to give");
        }
        return copies;
    }
};

void say_sandbox(const std::string& line) {
    std::fputs(("caasd: " + line + "\n").c_str(), stderr);
}

void log_request(Log& log, const http::Served& served) {
    const bool is_probe =
        served.status < 400 &&
        (served.route == "/healthz" || served.route == "/readyz" || served.route == "/metrics");
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(served.duration).count();
    const auto ms = std::to_string(us / 1000) + "." + std::to_string(us / 100 % 10);
    if (!served.fault.empty())
        log.write(
            Level::error,
            "http.fault",
            {{"request_id", served.request_id}, {"error", served.fault}});
    log.write(
        is_probe ? Level::debug : Level::info,
        "http.request",
        {{"method", served.method},
         {"route", served.route},
         {"status", std::to_string(served.status)},
         {"ms", ms},
         {"caller", served.caller},
         {"request_id", served.request_id}});
}

// Says that the process lives and looks at nothing, not even at who asks.
bool is_quick(const http::Head& head) {
    return head.path == "/healthz" && head.header("Authorization") == nullptr;
}

class Daemon {
  public:
    explicit Daemon(const app::Start& start)
        : start_(start),
          supervisor_(start.environment),
          paths_(config::find_paths(start.environment, start.paths, config::own_executable())),
          settings_(read_settings()),
          lock_(take_place(make_data_folder())),
          bell_(paths_.data) {
        listening_.follow(settings_.text("http.listen"));
        if (settings_.truth("sandbox.enabled"))
            start_sandbox();
    }

    int run() {
        auto ending = Ending::reload;
        while (ending == Ending::reload)
            ending = run_once();
        return exit_status(ending);
    }

  private:
    // It outlives a reload, and so does what was published in it.
    void start_sandbox() {
        sandbox_ = std::make_unique<SandboxServer>(
            settings_, paths_.config_file, clock_, random_, [](const http::Served&) {});
        remember_sandbox(settings_, paths_.config_file);
        say_sandbox(
            "This is a sandbox: pretend platforms and providers on this machine. Nothing "
            "is published for real.");
        say_sandbox(
            "Its data is in " + paths_.data.string() + ": use it with caas --home " +
            paths_.data.string());
        say_sandbox("What is published appears on " + sandbox_->page());
    }

    const std::filesystem::path& make_data_folder() const {
        make_folder(paths_.data);
        return paths_.data;
    }

    config::Settings read_settings() const {
        return config::load(
            {paths_.config_file, paths_.must_config_exist, start_.environment, start_.flags});
    }

    std::string description() const {
        return "process " + std::to_string(::getpid()) + " on " + listening_.place.text();
    }

    // Whether everything must be built anew.
    bool on_hangup(app::App& app) {
        try {
            auto next = read_settings();
            const bool is_changed = !is_same(settings_, next);
            if (is_changed) {
                const auto listen = next.text("http.listen");
                policy_of(next, http::parse_place(listen));
                // An address that cannot be had is found out while the old one still works.
                if (!listening_.is_on_port_of(listen))
                    listening_.follow(listen);
                settings_ = std::move(next);
                return true;
            }
            app.log().reopen();
            app.log().write(Level::info, "daemon.log_reopened");
        } catch (const Error& error) {
            app.log().write(
                Level::error,
                "daemon.reload_refused",
                {{"error", error.what()}, {"hint", error.hint()}});
        }
        supervisor_.ready("Answering on " + listening_.place.text());
        return false;
    }

    Ending run_once() {
        app::App app(start_);
        listening_.follow(app.settings().text("http.listen"));
        // Once: this number is asked of the kernel, and every look at how the daemon is tells it.
        const auto place = description();
        lock_.note(place);
        auto& engine = app.engine();
        app.set_vital([place, &engine] {
            api::Vital vital;
            vital.version = app::version;
            vital.is_daemon_running = true;
            vital.daemon = place;
            vital.is_scheduler_idle = engine.is_idle();
            return vital;
        });
        Housekeeping house([&app] { return app.keep_house(); }, app.log());
        Housekeeping numbers([&app] { return app.measure(); }, app.log());
        // On a thread of its own as well: it waits for platforms.
        Housekeeping keeper([&app] { return app.keep_signed_in(); }, app.log());
        // And so does this, for Stripe.
        std::stop_source leaving;
        Housekeeping bills(
            [&app, stop = leaving.get_token()] { return app.keep_billing(stop); }, app.log());
        app.set_biller([&bills] { bills.wake(); });
        app.set_housekeeper([&house, &numbers, &keeper] {
            house.wake();
            numbers.wake();
            keeper.wake();
        });
        Housekeeping post([&app] { return app.deliver_mail(); }, app.log());
        app.set_postman([&post] { post.wake(); });
        auto policy = policy_of(app.settings(), listening_.place);
        static_assert(api::most_stranger_bytes <= http::Limits{}.most_collected_body);
        policy.most_body_bytes = [](const http::Head& head) {
            return api::most_body_bytes(head.method, head.path);
        };
        http::Server server(
            {{}, std::move(policy), is_quick},
            app.clock(),
            random_,
            [this, &app](api::Request& request) {
                if (sandbox_ && request.method == "GET" && request.target == "/sandbox")
                    return api::Response{302, {{"Location", sandbox_->page()}}, {}, "/sandbox"};
                return app.handle_remote(request);
            },
            [&app](const http::Served& served) { log_request(app.log(), served); });
        server.start(listening_.duplicates());
        EngineThread thread([&engine](const std::stop_token& stop) { engine.run(stop); });
        app.log().write(
            Level::info,
            "daemon.ready",
            {{"version", std::string(app::version)},
             {"address", listening_.place.text()},
             {"process", std::to_string(::getpid())},
             {"user", start_.user}});
        if (!listening_.place.is_loopback())
            app.log().write(
                Level::warn,
                "daemon.open_to_others",
                {{"hint", "Everything goes unencrypted here: put a proxy with TLS in front"}});
        supervisor_.ready("Answering on " + listening_.place.text());
        give_start_back();
        const auto ending = live(
            {server,
             thread,
             bell_,
             signals_,
             supervisor_,
             app.log(),
             app.clock(),
             [&engine, &house, &keeper, &post] {
                 engine.wake();
                 house.wake();
                 keeper.wake();
                 post.wake();
             },
             [this, &app] { return on_hangup(app); },
             [this] { listening_.sockets.clear(); }});
        leaving.request_stop();
        app.set_housekeeper({});
        app.set_biller({});
        app.set_postman({});
        app.log().write(Level::info, ending == Ending::reload ? "daemon.reload" : "daemon.stopped");
        // What still runs would have to be waited for; the journal knows what it was doing.
        if (ending == Ending::hurried || ending == Ending::stuck)
            std::_Exit(exit_status(ending));
        return ending;
    }

    // In the order of dependence; signals first, before there is any thread.
    Signals signals_;
    const app::Start& start_;
    SystemRandom random_;
    Supervisor supervisor_;
    config::Paths paths_;
    config::Settings settings_;
    FileLock lock_;
    WakeSocket bell_;
    Listening listening_;
    SystemClock clock_;
    std::unique_ptr<SandboxServer> sandbox_;
};

}  // namespace

int serve(const app::Start& start) {
    return Daemon(start).run();
}

}  // namespace caas::daemon
