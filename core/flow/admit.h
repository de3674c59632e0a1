// Whether a post may start now: what its platform allows an account, what the configuration allows
// an account and an organization, and how many posts a platform takes at the same time. Kept in the
// store (delivery/budget.h), so that all engines of an installation go by it together.
//
// Functions inside the claim's transaction; thread-safe.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/config/settings.h"
#include "core/delivery/budget.h"
#include "core/delivery/post.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"

namespace caas::flow {

// Why a post may not start yet.
struct Wait {
    Instant at{};     // when to ask again; past: after those that may ask now and were due before
    std::string why;  // for a person
    // How long after each other those behind it have their turns, at best; 0: together.
    Milliseconds pace{};
};

// What the configuration allows in an hour; 0: as many as the platform takes.
struct Ration {
    int of_account = 0;
    int of_organization = 0;
};

Ration ration_of(const config::Settings& settings);

// "50 in 24 h".
std::string words(const delivery::Allowance& allowance);

// nullopt: it may start, and its parts are paid for. `beside`: posts of the same platform that
// start in this transaction and are not in hand yet.
std::optional<Wait> admit(
    store::Transaction& transaction,
    const delivery::Post& post,
    const platform::Driver& driver,
    const Ration& ration,
    int beside,
    Instant now);

// What the configuration allows is another ration from now on.
void change_ration(
    store::Transaction& transaction, const Ration& before, const Ration& after, Instant now);

// What a post costs: the parts that are not out yet.
int price_of(const delivery::Post& post);

// What `admit` took so long ago for so many parts is given back: they are not sent after all.
void refund(
    store::Transaction& transaction,
    const delivery::Post& post,
    const platform::Driver& driver,
    const Ration& ration,
    int parts,
    Milliseconds passed);

// The platform told this account to wait: its other posts need not ask.
void close_account(
    store::Transaction& transaction,
    const AccountId& account,
    const platform::Driver& driver,
    Instant until,
    Instant now);

}  // namespace caas::flow
