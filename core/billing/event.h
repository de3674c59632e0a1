// What Stripe told us of: kept the moment it is accepted, worked on afterwards, as often as it
// takes. Deliveries come more than once and in any order.
//
// Repository functions over a reader or a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/billing/stripe/object.h"
#include "core/store/connection.h"

namespace caas::billing {

// The types of events that change something here, as an endpoint at Stripe is to be told.
std::span<const std::string_view> event_types();
bool is_heeded(std::string_view type);

enum class Reception : std::uint8_t {
    accepted,   // to be worked on
    duplicate,  // it was here before
    ignored,    // its id is kept, and nothing will come of it: of another type, or the other mode
};

std::string_view name(Reception reception);

// `is_live`: whether ours is the world of real money. `payload`: the event as it came.
Reception receive(
    store::Transaction& transaction,
    const stripe::Event& event,
    std::string_view payload,
    bool is_live,
    Instant now);

struct WaitingEvent {
    std::string id;
    std::string payload;
    std::int64_t tries = 0;  // this one included
};

// Takes what is due, the oldest first; nobody else gets it for two minutes. When it is neither
// settled nor put off in that time, its worker is dead and it is due again. Nothing is put off by
// more than two hours: what is due later was set by a clock that was ahead, and is due now.
std::vector<WaitingEvent> claim_events(
    store::Transaction& transaction, Instant now, std::int64_t most);
// Of one that is settled only the id and what became of it are kept.
void settle_event(store::Transaction& transaction, std::string_view id, Instant now);
// After a failure: later again, or dead when it failed too often (about three days). True when it
// is dead.
bool put_off_event(
    store::Transaction& transaction,
    const WaitingEvent& event,
    std::string_view problem,
    Random& random,
    Instant now);
// When there is something to work on; nullopt: nothing waits.
std::optional<Instant> next_event(store::Reader& reader, Instant now);
// Makes what is dead and was received within the last 30 days due again; how many.
std::int64_t revive_events(store::Transaction& transaction, Instant now);
// Forgets what was settled, or given up, longer ago than Stripe keeps it.
void forget_events(store::Transaction& transaction, Instant now);

struct EventCounts {
    std::int64_t waiting = 0;
    std::int64_t dead = 0;
};

EventCounts count_events(store::Reader& reader);

}  // namespace caas::billing
