// The composition root: builds every long-lived object from the configuration, in the order they
// depend on each other, and answers requests.
//
// Thread-safe after construction. What a short command does not need (the engine, the vault, the
// HTTP library) is made when it is first used.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/api/request.h"
#include "core/api/response.h"
#include "core/api/route.h"
#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/config/environment.h"
#include "core/config/paths.h"
#include "core/config/settings.h"
#include "core/flow/engine.h"
#include "core/net/http_client.h"
#include "core/store/store.h"

namespace caas::app {

struct Start {
    config::PathFlags paths;
    std::vector<config::Flag> flags;  // settings given on the command line
    config::Environment environment;
    std::string user;        // the operating system's name of who runs this
    bool is_daemon = false;  // logs as configured; else only what goes wrong, and only with -v
    bool is_verbose = false;
};

class App {
  public:
    // Reads the configuration and opens (or makes) the database. Throws Error.
    explicit App(const Start& start);
    App(const App&) = delete;
    App& operator=(const App&) = delete;
    ~App();

    // As the owner of the installation: whoever may open the data folder may do everything.
    api::Response handle_local(api::Request& request);
    // As whoever the bearer token belongs to; nobody without one.
    api::Response handle_remote(api::Request& request);

    const config::Settings& settings() const;
    const config::Paths& paths() const;
    Log& log();
    Clock& clock();
    store::Store& store();
    // The engine of this process; made at the first call, which registers it.
    flow::Engine& engine();

    // What a daemon says of itself in `caas status` and to /readyz. Set once, before serving.
    void set_vital(std::function<api::Vital()> vital);
    // Tells engines in this process and in the daemon that something changed.
    void wake();
    // As database_name says it.
    std::string database() const;
    // Does what is to be done at a time and is no post: local times follow their zones, series get
    // their next posts. Gives when there is something again. Throws Error.
    std::optional<Instant> keep_house();
    // Asks platforms for the numbers of what was published. Gives when there is something again.
    // Throws Error.
    std::optional<Instant> measure();
    // Renews the sign-ins of accounts ahead of their end, and warns of what cannot be renewed;
    // waits for platforms. Gives when there is something again. Throws Error.
    std::optional<Instant> keep_signed_in();
    // Works on what Stripe told of, and compares with it each night; waits for Stripe. Gives when
    // there is something again. Throws Error.
    std::optional<Instant> keep_billing(const std::stop_token& stop);
    // Called when an event of Stripe was accepted, once the daemon has somebody who works on it.
    void set_biller(std::function<void()> wake);
    // Called with each wake(), once the daemon has somebody who keeps house.
    void set_housekeeper(std::function<void()> wake);
    // Sends the mail that waits. Gives when there is something again. Throws Error.
    std::optional<Instant> deliver_mail();
    // Called when mail was put in the queue, once the daemon has somebody who sends it.
    void set_postman(std::function<void()> wake);

  private:
    struct Parts;

    std::unique_ptr<Parts> parts_;
};

// The daemons that work on a shared database, as they describe themselves, joined; empty: none, or
// the database is a file.
std::string living_daemons(store::Store& store, Instant now);

// Where the data is, for people: a file, or a PostgreSQL database without its user and password.
std::string database_name(const config::Settings& settings, const config::Paths& paths);

}  // namespace caas::app
