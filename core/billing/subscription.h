// What an organization has bought at Stripe, as Stripe described it last, and which plan it has by
// that.
//
// Repository functions over a reader or a transaction, and pure ones; they keep no state.
// Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/billing/invoice.h"
#include "core/billing/plan.h"
#include "core/billing/stripe/object.h"
#include "core/store/connection.h"

namespace caas::billing {

// One subscription to a plan of ours.
struct Bought {
    std::string id;
    std::string customer;
    std::string status;  // Stripe's word
    std::string plan;    // of its price
    std::string item;
    std::string price;
    Instant period_start;
    Instant period_end;
    std::optional<Instant> cancel_at;
    bool is_ending = false;
    bool has_pending_update = false;
    std::optional<Instant> trial_end;
    std::string latest_invoice;
    Instant created_at;
    std::optional<Instant> ended_at;

    bool operator==(const Bought&) const = default;

    // Whether it may still take money.
    bool is_alive() const { return status != "canceled" && status != "incomplete_expired"; }
};

std::vector<Bought> list_bought(store::Reader& reader, std::string_view customer);
// Adds it or replaces what is known of it.
void keep_bought(store::Transaction& transaction, const Bought& bought);

// Which plan a price sells: by its lookup key, or by what it was when it was seen first.
std::optional<std::string> plan_of_price(
    const Plans& plans, store::Reader& reader, const stripe::Price& price);
void keep_price(store::Transaction& transaction, std::string_view price, std::string_view plan);

// nullopt when none of its prices sells a plan: it is of another product.
std::optional<Bought> read_bought(
    const Plans& plans, store::Reader& reader, const stripe::Subscription& subscription);

// The one that counts, of several: the best that gives something now, else the newest. nullptr when
// there is none.
const Bought* foremost(
    const Plans& plans,
    std::span<const Bought> bought,
    std::span<const PaidInvoice> paid,
    std::chrono::days grace,
    Instant now);

// Whether its present period is paid as a whole. What is owed then is owed for a change in it.
bool has_paid_period(const Bought& bought, std::span<const PaidInvoice> paid);

// The plan by all that was bought and paid. A function of these alone, so that it does not matter
// in which order one was told of them. `grace`: how long a plan holds while a renewal is not paid,
// from the day the period began. A plan whose period is paid holds for that and the grace of the
// next one, though a change in it is not paid.
PlanState state_of(
    const Plans& plans,
    std::span<const Bought> bought,
    std::span<const PaidInvoice> paid,
    std::chrono::days grace,
    Instant now);

}  // namespace caas::billing
