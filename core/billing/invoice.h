// What invoices paid for, and the plan tokens that were given for them: each invoice once, whatever
// the order in which one hears of them.
//
// Repository functions over a reader or a transaction, and pure ones; they keep no state.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/billing/customer.h"
#include "core/billing/plan.h"
#include "core/billing/stripe/object.h"
#include "core/store/connection.h"

namespace caas::billing {

enum class Paid : std::uint8_t {
    period,   // a whole period of a plan
    upgrade,  // the rest of a period, for a greater plan
    nothing,  // that gives tokens
};

struct PaidInvoice {
    std::string id;
    std::string customer;
    std::string subscription;
    Paid kind = Paid::nothing;
    std::optional<std::string> plan_before;  // of an upgrade
    std::optional<std::string> plan_after;   // what was paid for
    Instant period_start;
    Instant period_end;
    std::int64_t granted = 0;  // tokens for it
    Instant created_at;
};

// Tokens outlive their period by this much: Stripe charges a renewal about an hour after the period
// began, and nobody should stand without in between.
constexpr std::chrono::hours tokens_tail{24};

// What a paid invoice is for. `plan_of`: the plan a price (its id) sells, if any.
PaidInvoice read_paid(
    const Plans& plans,
    const stripe::Invoice& invoice,
    const std::function<std::optional<std::string>(const std::string& price)>& plan_of);

// Those that are paid, the oldest first.
std::vector<PaidInvoice> list_paid(store::Reader& reader, std::string_view customer);
bool is_paid(store::Reader& reader, std::string_view invoice);

// Keeps it and gives the tokens: of a period those of the plan, of an upgrade the difference, and
// of several in one period together never more than from the least plan to the greatest; less what
// was given ahead, which from then on is good as long as they are. False when that was done before.
// The customer must be taken (take_revision).
bool settle_invoice(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Customer& customer,
    const PaidInvoice& invoice,
    Instant now);

// A renewal is not paid yet and the plan holds meanwhile: gives the share of the period's tokens
// that falls on the grace, once for each period. False when there is nothing to give.
struct Advance {
    std::string invoice;
    std::string subscription;
    std::string plan;
    Instant period_start;
    Instant period_end;
    Instant grace_until;
};

bool give_ahead(
    const Plans& plans,
    store::Transaction& transaction,
    IdMaker& ids,
    const Customer& customer,
    const Advance& advance,
    Instant now);

}  // namespace caas::billing
