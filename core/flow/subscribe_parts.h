// What buying a plan and changing it have in common. Functions over the tools; they keep no state.
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/base/json.h"
#include "core/billing/invoice.h"
#include "core/billing/subscription.h"
#include "core/flow/subscribe_stripe.h"

namespace caas::flow {

// Throws Error(invalid) that names those that are for sale.
const config::Plan& plan_for_sale(const Tools& tools, const std::string& id);
// Throws Error(platform_refused) when Stripe has none with the plan's key.
billing::stripe::Price price_of(const billing::stripe::Client& client, const config::Plan& plan);
// In the audit log of the principal's organization.
void record_billing(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view action,
    const Json& detail);
std::optional<billing::Customer> customer_of(
    const Tools& tools, const billing::stripe::Client& client, const access::Principal& principal);

// Sends an order with its key kept before, and says what Stripe answered. The order counts as
// ended when Stripe said yes or no; when it said nothing, the same order is sent with the same key
// the next time, as long as its subscription is what it was. A yes may be what Stripe said to it
// before: what came of it is seen by asking.
Json send_order(
    const Tools& tools,
    const billing::stripe::Client& client,
    std::string_view organization,
    const billing::stripe::Order& order);

// What a customer has, as Stripe has it at this moment.
struct Present {
    std::vector<billing::Bought> bought;
    std::vector<billing::PaidInvoice> paid;
};

Present present_of(
    const Tools& tools, const billing::stripe::Client& client, const billing::Customer& customer);

}  // namespace caas::flow
