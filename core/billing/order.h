// What is ordered of Stripe and must not be done twice. The key that tells Stripe so is kept before
// the order is sent; the same order that was not answered is sent again with the same key, whoever
// repeats it, and one that was answered is a new one the next time. So is one whose subscription
// has changed since: Stripe would answer it with what it said then, and do nothing.
//
// Also the pages on which organizations buy, and whose turn it is to do what one daemon does for
// all. Repository functions; they keep no state. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/billing/stripe/call.h"
#include "core/store/connection.h"

namespace caas::billing {

// `organization`: its id, or "installation" for what is everybody's. An order that was begun so
// long ago that Stripe may have forgotten its key (24 h) is begun anew.
std::string begin_order(
    store::Transaction& transaction,
    IdMaker& ids,
    std::string_view organization,
    const stripe::Order& order,
    Instant now);
// It was answered, with yes or no.
void end_order(store::Transaction& transaction, std::string_view key, Instant now);
// The subscription has changed: whatever was ordered for it before is over.
void end_orders_for(
    store::Transaction& transaction,
    std::string_view organization,
    std::string_view subscription,
    Instant now);

// A page on which an organization may buy.
struct Checkout {
    std::string id;  // cs_…
    std::string customer;
    std::string plan;
    std::string price;
    std::string url;
    Instant expires_at;
};

// Open as far as is known.
std::optional<Checkout> find_open_checkout(store::Reader& reader, std::string_view customer);
void keep_checkout(store::Transaction& transaction, const Checkout& checkout, Instant now);
// `state`: "complete" or "expired".
void close_checkout(store::Transaction& transaction, std::string_view id, std::string_view state);
// Forgets those that were closed and ran out long ago.
void forget_checkouts(store::Transaction& transaction, Instant now);

// Takes the turn when it is due: nobody else gets it before `until`. A turn nobody heard of is due
// at `first`. No turn is put off by more than a day: one that is due later was set by a clock that
// was ahead, and is due now.
bool take_turn(
    store::Transaction& transaction,
    std::string_view name,
    Instant first,
    Instant until,
    Instant now);
void end_turn(store::Transaction& transaction, std::string_view name, Instant next, Instant now);

// Nobody has the turn any more, and nothing is remembered of it; nothing happens when somebody else
// took it after the one who had it `until` then.
void drop_turn(store::Transaction& transaction, std::string_view name, Instant until);

struct Turn {
    Instant due_at;
    std::optional<Instant> done_at;
};

std::optional<Turn> find_turn(store::Reader& reader, std::string_view name);

// An id that Stripe gave for all, such as the portal's configuration.
std::optional<std::string> find_stripe_setting(store::Reader& reader, std::string_view name);
void keep_stripe_setting(
    store::Transaction& transaction, std::string_view name, std::string_view value);
void forget_stripe_setting(store::Transaction& transaction, std::string_view name);

}  // namespace caas::billing
