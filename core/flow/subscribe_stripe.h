// The way to Stripe, and how what it says becomes what organizations have. What counts is what
// Stripe answers when it is asked, never what somebody said of it: so it does not matter in which
// order, or how often, one is told of a change.
//
// Functions over the tools; they keep no state. Thread-safe.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/billing/customer.h"
#include "core/billing/order.h"
#include "core/billing/plan.h"
#include "core/billing/stripe/call.h"
#include "core/flow/tools.h"

namespace caas::flow {

// Whether plans are sold here.
bool sells_plans(const Tools& tools);
// Throws Error(invalid) when they are not.
billing::stripe::Client stripe_client(const Tools& tools);

// One thing that was not as Stripe has it, before it was set right.
struct Difference {
    OrganizationId organization;
    std::string what;  // "subscription sub_1", "invoice in_1", "plan"
    std::string here;  // empty: there was nothing
    std::string there;
};

// The customer as it is kept; adopts one that carries an organization's id and is not known yet,
// such as after a backup was restored. nullopt for what is of another product, or of an
// organization that is gone.
std::optional<billing::Customer> known_customer(
    const Tools& tools, const billing::stripe::Client& client, const std::string& id);

// Asks for all the customer's subscriptions and sets the plan by them. What was different is added
// to `found` where it is given. Throws CallError, Error(busy) when others change it all the time.
void apply_subscriptions(
    const Tools& tools,
    const billing::stripe::Client& client,
    const billing::Customer& customer,
    std::vector<Difference>* found = nullptr);

// Keeps what an invoice paid for and gives the tokens, once. True when it was not known yet.
// Nothing happens to one that is not paid, or is of another product. Throws Error(invalid) when it
// is ours and its price sells no plan (yet): it is settled once somebody has said which.
bool apply_invoice(
    const Tools& tools,
    const billing::stripe::Client& client,
    const billing::Customer& customer,
    const billing::stripe::Invoice& invoice);

// The customer was deleted at Stripe, and all subscriptions with it.
void apply_deletion(
    const Tools& tools,
    const billing::stripe::Client& client,
    const billing::Customer& customer,
    Instant when);

// How long a plan holds while its renewal is not paid.
std::chrono::days grace_of(const Tools& tools);

}  // namespace caas::flow
