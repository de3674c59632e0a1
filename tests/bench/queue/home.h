// An installation for measuring: a real database in a folder, many accounts, and a platform driver
// compiled in here that does nothing, or one HTTP request.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/config/settings.h"
#include "core/flow/engine.h"
#include "core/flow/plan.h"
#include "core/flow/tools.h"
#include "core/net/http_client.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

namespace caas::bench {

struct Setting {
    std::filesystem::path folder;
    int accounts = 1000;
    int callers = 1;  // posts in hand at once, or threads that schedule
    int posts = 10000;
    std::string sink;      // base URL; empty: the driver does nothing
    std::string database;  // of PostgreSQL, empty and for this run only; none: SQLite in `folder`
};

class Home {
  public:
    explicit Home(const Setting& setting);

    // `count` posts from the account numbered `first` on, all in one call of the bulk flow.
    void schedule(int first, int count, Instant due, Milliseconds apart = {});
    // The one order that the n-th caller gives.
    flow::PostOrder order(int number, Instant due) const;

    flow::Engine::Parts parts();
    flow::Engine::Options options() const;

    Setting setting;
    SystemClock clock;
    SystemRandom random;
    IdMaker ids{clock, random};
    Log log{clock, Level::off};
    config::Settings settings;
    store::Store store;
    std::unique_ptr<net::HttpClient> http;
    flow::Tools tools;
    flow::Doors doors;
    access::Principal owner;

  private:
    void fill();

    std::string content_;
    std::vector<std::string> accounts_;
};

}  // namespace caas::bench
