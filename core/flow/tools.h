// What every flow is given: the seams to the world and what the composition root built once.
#pragma once

#include <filesystem>
#include <functional>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/billing/plan.h"
#include "core/config/settings.h"
#include "core/net/http_client.h"
#include "core/store/store.h"
#include "core/vault/vault.h"

namespace caas::flow {

// References only: the composition root owns everything and outlives every flow. Thread-safe, since
// each part is.
struct Tools {
    store::Store& store;
    Clock& clock;
    Random& random;
    IdMaker& ids;
    net::HttpClient& http;
    const config::Settings& settings;
    // Opened when it is first needed, since that makes the secret key of a new home.
    std::function<const vault::Vault&()> vault;
    Log& log;
    std::filesystem::path share;  // prompts and other files that came with the program
    std::filesystem::path data;   // database, outbox, secret key
    // Read when first needed.
    std::function<const billing::Plans&()> plans;
    // Where the daemon of this home answers, be it told to by a flag; empty when none runs. May
    // itself be empty.
    std::function<std::string()> daemon_address{};
};

}  // namespace caas::flow
