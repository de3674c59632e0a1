// What the pretend Stripe knows, and how it goes on by itself as its clock moves: periods roll,
// invoices are made, tried and tried again, trials and sessions end. Each change makes the events
// Stripe is known to make of it. Times are Unix seconds, as in Stripe's objects; money is in cents.
//
// Not thread-safe: whoever owns it keeps a lock.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/sandbox/stripe_parameters.h"

namespace caas::sandbox {

using Seconds = std::int64_t;

// What the card of a customer does when it is charged.
enum class StripeCard : std::uint8_t { none, pays, declines, asks };

struct StripePrice {
    std::string id;
    std::string lookup_key;
    std::string product;
    std::int64_t amount = 0;
    Seconds created = 0;
    bool is_active = true;
};

struct StripeCustomer {
    std::string id;
    std::string name;
    std::string email;
    StripePairs metadata;
    StripeCard card = StripeCard::none;
    std::int64_t balance = 0;  // below 0: a credit
    Seconds created = 0;
    bool is_deleted = false;
};

struct StripeSession {
    std::string id;
    std::string customer;
    std::string price;
    std::string client_reference_id;
    std::string success_url;
    std::string cancel_url;
    std::string status = "open";
    std::string payment_status = "unpaid";
    std::string subscription;
    std::string missing_method = "create_invoice";  // what ends a trial without a card
    StripePairs metadata;
    StripePairs subscription_metadata;
    int trial_days = 0;
    bool needs_card = true;
    Seconds created = 0;
    Seconds expires = 0;
};

struct StripePending {
    std::string price;
    std::string invoice;
    Seconds expires = 0;
};

struct StripeSubscription {
    std::string id;
    std::string item;
    std::string customer;
    std::string price;
    std::string status;
    std::string latest_invoice;
    std::string missing_method = "create_invoice";
    StripePairs metadata;
    Seconds created = 0;
    Seconds anchor = 0;
    int periods = 0;  // since the anchor
    Seconds period_start = 0;
    Seconds period_end = 0;
    Seconds trial_start = 0;
    Seconds trial_end = 0;
    bool is_warned = false;  // that the trial will end
    bool cancels_at_period_end = false;
    Seconds cancel_at = 0;
    Seconds canceled_at = 0;
    Seconds ended_at = 0;
    std::optional<StripePending> pending;

    bool is_over() const { return status == "canceled" || status == "incomplete_expired"; }
};

struct StripeLine {
    std::string id;
    std::string price;
    std::string description;
    std::int64_t amount = 0;
    bool is_proration = false;
    Seconds start = 0;
    Seconds end = 0;
};

struct StripeInvoice {
    std::string id;
    std::string customer;
    std::string subscription;
    std::string status = "draft";
    std::string reason;
    std::string charge;
    std::vector<StripeLine> lines;
    std::int64_t from_balance = 0;  // of the customer's credit
    std::int64_t attempts = 0;
    Seconds created = 0;
    Seconds finalize_at = 0;
    Seconds next_attempt = 0;
    Seconds paid_at = 0;

    std::int64_t total() const {
        std::int64_t sum = 0;
        for (const auto& line : lines)
            sum += line.amount;
        return sum;
    }

    std::int64_t due() const { return total() > from_balance ? total() - from_balance : 0; }
};

struct StripeCharge {
    std::string id;
    std::string customer;
    std::int64_t amount = 0;
    std::int64_t refunded = 0;
    Seconds created = 0;
    bool is_disputed = false;
};

struct StripeEvent {
    std::string id;
    std::string type;
    Seconds created = 0;
    std::string body;  // JSON
};

// What becomes of a subscription whose last retry failed: a setting of the account.
enum class StripeGivesUp : std::uint8_t { cancel, unpaid };

// So many months after, at the same time of the day; the 31st is the last day of shorter months.
Seconds month_after(Seconds anchor, int months);

class StripeWorld {
  public:
    explicit StripeWorld(Seconds now) : now_(now) {}

    Seconds now() const { return now_; }

    // Lets everything happen that is due until then, in the order of its time.
    void advance_to(Seconds then);

    // ---- what people do
    const StripePrice& add_price(
        const std::string& product, const std::string& lookup_key, std::int64_t amount);
    // Gives the key to another price of the same product, of which new subscriptions are.
    const StripePrice& replace_price(const std::string& lookup_key, std::int64_t amount);
    StripeCustomer& add_customer(
        const std::string& name, const std::string& email, StripePairs metadata);
    void delete_customer(StripeCustomer& customer);
    StripeSession& add_session(StripeSession session);
    void expire(StripeSession& session);
    // Pays on the page; false when the card is declined and the page stays open. A bank that is
    // slow
    // (`is_slow`) says later, by settle_slow.
    bool complete(StripeSession& session, StripeCard card, bool is_slow = false);
    void settle_slow(StripeSession& session, bool is_paid);
    // `behavior`: payment_behavior; false: declined, and nothing changed.
    bool change_price(
        StripeSubscription& subscription,
        const std::string& price,
        const std::string& proration,
        const std::string& behavior,
        Seconds as_of);
    // The lines a change would bring.
    std::vector<StripeLine> prorate(
        const StripeSubscription& subscription, const std::string& price, Seconds as_of);
    void set_ending(
        StripeSubscription& subscription, bool cancels_at_period_end, Seconds cancel_at);
    void cancel(StripeSubscription& subscription);
    void pause(StripeSubscription& subscription);
    void resume(StripeSubscription& subscription);
    // On the hosted page or in the portal, with a card that pays.
    bool pay(StripeInvoice& invoice);
    void refund(StripeCharge& charge, std::int64_t amount);
    void dispute(StripeCharge& charge);

    void set_card(StripeCustomer& customer, StripeCard card) { customer.card = card; }

    void gives_up_by(StripeGivesUp how) { gives_up_ = how; }

    // ---- looking; nullptr when there is none
    StripePrice* find_price(std::string_view id);
    StripeCustomer* find_customer(std::string_view id);
    StripeSession* find_session(std::string_view id);
    StripeSubscription* find_subscription(std::string_view id);
    StripeInvoice* find_invoice(std::string_view id);
    StripeCharge* find_charge(std::string_view id);

    // Deques: what was found stays where it is.
    std::deque<StripePrice> prices;
    std::deque<StripeCustomer> customers;
    std::deque<StripeSession> sessions;
    std::deque<StripeSubscription> subscriptions;
    std::deque<StripeInvoice> invoices;
    std::deque<StripeCharge> charges;
    std::deque<StripeEvent> events;          // the oldest first
    std::deque<std::string> configurations;  // of the portal: their ids

    std::string next_id(std::string_view prefix);
    void emit(std::string_view type, const Json& object);

  private:
    std::optional<Seconds> next_due() const;
    void run_due();
    bool run_session(StripeSession& session);
    bool run_subscription(StripeSubscription& subscription);
    bool run_invoice(StripeInvoice& invoice);
    void roll(StripeSubscription& subscription);
    void end_trial(StripeSubscription& subscription);
    void set_status(StripeSubscription& subscription, const std::string& status);
    StripeSubscription& subscribe(StripeSession& session);
    StripeInvoice& add_invoice(
        StripeSubscription& subscription, std::string_view reason, std::vector<StripeLine> lines);
    StripeLine whole_line(const StripeSubscription& subscription);
    void finalize(StripeInvoice& invoice);
    bool attempt(StripeInvoice& invoice);
    void settle(StripeInvoice& invoice);
    void apply_pending(StripeSubscription& subscription);
    void fail(StripeInvoice& invoice);
    void void_invoice(StripeInvoice& invoice);
    void emit_updated(const StripeSubscription& subscription);

    Seconds now_;
    std::int64_t number_ = 0;
    StripeGivesUp gives_up_ = StripeGivesUp::cancel;
};

}  // namespace caas::sandbox
