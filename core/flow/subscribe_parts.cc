#include "core/flow/subscribe_parts.h"

#include <nlohmann/json.hpp>

#include "core/access/audit.h"
#include "core/base/error.h"

namespace caas::flow {

namespace stripe = billing::stripe;
using access::Principal;
using billing::Customer;

const config::Plan& plan_for_sale(const Tools& tools, const std::string& id) {
    const auto& plans = tools.plans();
    const auto* plan = plans.find(id);
    if (plan != nullptr && !plan->lookup_key.empty())
        return *plan;
    std::string names;
    for (const auto& one : plans.all()) {
        if (!one.lookup_key.empty())
            names += (names.empty() ? "" : ", ") + one.id;
    }
    throw Error(
        Code::invalid,
        plan == nullptr ? "There is no plan `" + id.substr(0, 40) + "`"
                        : "The plan " + plan->title + " is not sold",
        (plan != nullptr ? "To let the plan that is paid for end: caas billing cancel. " : "") +
            ("Plans that can be bought: " + names),
        {{"/plan", "plan.unknown", "is none of " + names}});
}

stripe::Price price_of(const stripe::Client& client, const config::Plan& plan) {
    auto price = stripe::find_price(client, plan.lookup_key);
    if (!price)
        throw Error(
            Code::platform_refused,
            "There is no price for " + plan.title + " at Stripe",
            "The operator gives an active price there the lookup key " + plan.lookup_key + ".");
    return *std::move(price);
}

void record_billing(
    const Tools& tools, const Principal& principal, std::string_view action, const Json& detail) {
    tools.store.write([&](store::Transaction& transaction) {
        access::record(
            transaction,
            tools.clock.now(),
            access::actor_of(principal),
            principal.organization.text(),
            {action, principal.organization.text()},
            detail);
    });
}

std::optional<Customer> customer_of(
    const Tools& tools, const stripe::Client& client, const Principal& principal) {
    return tools.store.read([&](store::Reader& reader) {
        return billing::find_customer(reader, principal.organization, client.is_live());
    });
}

Present present_of(const Tools& tools, const stripe::Client& client, const Customer& customer) {
    apply_subscriptions(tools, client, customer);
    return tools.store.read([&](store::Reader& reader) {
        return Present{
            billing::list_bought(reader, customer.id), billing::list_paid(reader, customer.id)};
    });
}

Json send_order(
    const Tools& tools,
    const stripe::Client& client,
    std::string_view organization,
    const stripe::Order& order) {
    const auto key = tools.store.write([&](store::Transaction& transaction) {
        return billing::begin_order(transaction, tools.ids, organization, order, tools.clock.now());
    });
    try {
        auto answer = client.post(order.path, order.form, key);
        tools.store.write([&](store::Transaction& transaction) {
            const auto now = tools.clock.now();
            billing::end_order(transaction, key, now);
            if (!order.subscription.empty())
                billing::end_orders_for(transaction, organization, order.subscription, now);
        });
        return answer;
    } catch (const stripe::CallError& error) {
        if (!error.is_unknown())
            tools.store.write([&](store::Transaction& transaction) {
                billing::end_order(transaction, key, tools.clock.now());
            });
        throw;
    }
}

}  // namespace caas::flow
