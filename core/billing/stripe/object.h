// Stripe's objects as far as caas reads them, in the shapes of the pinned version (client.h).
// Members that are missing or of another type read as nothing: Stripe adds and moves them. Plain
// values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/json.h"

namespace caas::billing::stripe {

// What our objects carry in their metadata: whose they are.
inline constexpr std::string_view organization_key = "caas_organization_id";

struct Price {
    std::string id;
    std::string lookup_key;
    std::int64_t amount = 0;  // in the currency's smallest unit
    std::string currency;     // "usd"
    std::string interval;     // "month"
    bool is_active = false;
};

struct Item {
    std::string id;  // si_…
    Price price;
    std::optional<Instant> period_start;
    std::optional<Instant> period_end;
};

struct Subscription {
    std::string id;
    std::string customer;
    std::string status;
    std::vector<Item> items;
    std::string organization;  // of its metadata
    std::string latest_invoice;
    bool cancels_at_period_end = false;
    bool has_pending_update = false;
    bool is_live = false;
    Instant created_at;
    std::optional<Instant> cancel_at;
    std::optional<Instant> ended_at;
    std::optional<Instant> trial_end;

    // Flexible billing and the portal may show only a date.
    bool is_ending() const { return cancels_at_period_end || cancel_at.has_value(); }
};

struct InvoiceLine {
    std::string price;  // its id
    std::int64_t amount = 0;
    bool is_proration = false;
    Instant start;
    Instant end;
};

struct Invoice {
    std::string id;
    std::string customer;
    std::string subscription;
    std::string organization;  // of its subscription's metadata
    std::string status;        // "draft", "open", "paid", "uncollectible", "void"
    std::string reason;        // billing_reason
    std::string currency;
    std::string page;  // where a customer pays it
    std::int64_t amount_due = 0;
    std::int64_t amount_paid = 0;
    std::int64_t attempts = 0;
    bool is_live = false;
    bool has_more_lines = false;
    Instant created_at;
    std::optional<Instant> next_attempt;
    std::vector<InvoiceLine> lines;
};

struct CheckoutSession {
    std::string id;
    std::string url;
    std::string status;          // "open", "complete", "expired"
    std::string payment_status;  // "paid", "unpaid", "no_payment_required"
    std::string customer;
    std::string subscription;
    std::string organization;
    std::optional<Instant> expires_at;
};

struct Customer {
    std::string id;
    std::string organization;
    bool is_deleted = false;
    bool is_live = false;
};

struct Charge {
    std::string id;
    std::string customer;
    std::string currency;
    std::int64_t amount = 0;
    std::int64_t refunded = 0;
};

// What an event is about; what changed is asked of Stripe itself, since events come in any order.
struct Event {
    std::string id;
    std::string type;
    bool is_live = false;
    Instant created_at;
    std::string object;  // "subscription", "invoice" …
    std::string object_id;
    std::string customer;  // empty where it names none
    std::string charge;    // of a dispute
};

Price read_price(const Json& json);
Subscription read_subscription(const Json& json);
Invoice read_invoice(const Json& json);
InvoiceLine read_line(const Json& json);
CheckoutSession read_session(const Json& json);
Customer read_customer(const Json& json);
Charge read_charge(const Json& json);
// nullopt when it is no event of Stripe's.
std::optional<Event> read_event(const Json& json);

// "in_1" of "in_1" or of {"id": "in_1", …}: what may be expanded.
std::string id_of(const Json& object, std::string_view key);

}  // namespace caas::billing::stripe
