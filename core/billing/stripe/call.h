// The calls of Stripe's API that caas makes, by name. Every path and parameter of them is here and
// nowhere else; tests/npm/stripe checks them against Stripe's own types.
//
// Functions over a client; they keep no state. All throw CallError (client.h).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/billing/stripe/client.h"
#include "core/billing/stripe/object.h"

namespace caas::billing::stripe {

// A POST that is not sent yet: what is kept in the store before it is (billing/order.h).
struct Order {
    std::string kind;  // "customer", "checkout" …: a word for keys and logs
    std::string path;
    net::Pairs form;
    std::string subscription = {};  // that it changes; empty when it changes none
};

struct CustomerWish {
    std::string organization;
    std::string name;
    std::string email;  // may be empty
};

Order create_customer(const CustomerWish& wish);

struct CheckoutWish {
    std::string organization;
    std::string customer;
    std::string price;
    std::string plan;
    std::string success_url;
    std::string cancel_url;
    std::int64_t trial_days = 0;
    bool has_tax = false;  // Stripe reckons taxes by the customer's address
};

Order create_checkout(const CheckoutWish& wish);
Order expire_checkout(std::string_view session);
// A portal in which people pay, see invoices and cancel; plans are changed here.
Order create_portal_configuration();
Order create_portal(
    std::string_view customer, std::string_view configuration, std::string_view return_url);

// Which item to which price, and as of when money is reckoned, which the preview said.
struct Change {
    std::string subscription;
    std::string item;
    std::string price;
    std::optional<Instant> as_of;
};

// Now, and what it costs more is paid now; it waits as a pending update when that fails.
Order upgrade(const Change& change);
// Billed so from the next period on, nothing reckoned.
Order change_price(const Change& change);
Order cancel_at_period_end(std::string_view subscription);
// Undoes it.
Order keep_going(const Subscription& subscription);
// Ends a pause.
Order resume(std::string_view subscription);

// What upgrade() would cost, kept by nobody.
Invoice preview_upgrade(const Client& client, std::string_view customer, const Change& change);

std::optional<Price> find_price(const Client& client, std::string_view lookup_key);
Price get_price(const Client& client, std::string_view id);
CheckoutSession get_checkout(const Client& client, std::string_view id);
Customer get_customer(const Client& client, std::string_view id);
// Whether the customer was deleted, or is not known at all, such as one of test data that was
// wiped.
bool is_customer_gone(const Client& client, std::string_view id);
Charge get_charge(const Client& client, std::string_view id);
Subscription get_subscription(const Client& client, std::string_view id);
// With all its lines.
Invoice get_invoice(const Client& client, std::string_view id);
// Ends one whose first payment never came, so that it cannot be paid any more.
Subscription cancel_now(const Client& client, std::string_view subscription);

// All of them, also those that are over; of every customer when `customer` is empty.
std::vector<Subscription> list_subscriptions(const Client& client, std::string_view customer);
// The ids of those that are paid, the newest first.
std::vector<std::string> list_paid_invoices(const Client& client, std::string_view customer);
// Of the last 30 days at the most, the newest first: the events as they are.
void list_events(
    const Client& client,
    std::span<const std::string_view> types,
    Instant since,
    const std::function<void(const Json&)>& take);

}  // namespace caas::billing::stripe
