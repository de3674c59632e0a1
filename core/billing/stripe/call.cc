#include "core/billing/stripe/call.h"

#include <nlohmann/json.hpp>

namespace caas::billing::stripe {
namespace {

constexpr std::string_view page_size = "100";

std::string path_of(std::string_view collection, std::string_view id) {
    return "/v1/" + std::string(collection) + "/" + net::percent_encode(id);
}

std::string seconds(Instant instant) {
    return std::to_string(
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count());
}

std::string metadata(std::string_view key) {
    return "metadata[" + std::string(key) + "]";
}

// Every object of a list, page after page, until `take` says enough.
void walk(
    const Client& client,
    std::string_view path,
    net::Pairs query,
    const std::function<void(const Json&)>& take) {
    query.emplace_back("limit", page_size);
    const auto size = query.size();
    while (true) {
        const auto page = client.get(path, query);
        const auto* data = json::find(page, "data");
        if (data == nullptr || !data->is_array() || data->empty())
            return;
        for (const auto& one : *data)
            take(one);
        auto last = json::text_or(data->back(), "id", "");
        if (!json::truth(page, "has_more").value_or(false) || last.empty())
            return;
        query.resize(size);
        query.emplace_back("starting_after", std::move(last));
    }
}

}  // namespace

Order create_customer(const CustomerWish& wish) {
    Order order{"customer", "/v1/customers", {{"name", wish.name}}};
    if (!wish.email.empty())
        order.form.emplace_back("email", wish.email);
    order.form.emplace_back(metadata(organization_key), wish.organization);
    return order;
}

Order create_checkout(const CheckoutWish& wish) {
    Order order{
        "checkout",
        "/v1/checkout/sessions",
        {{"mode", "subscription"},
         {"customer", wish.customer},
         {"client_reference_id", wish.organization},
         {"line_items[0][price]", wish.price},
         {"line_items[0][quantity]", "1"},
         {"success_url", wish.success_url},
         {"cancel_url", wish.cancel_url},
         {metadata(organization_key), wish.organization},
         {"metadata[caas_plan]", wish.plan},
         // Events of the subscription and its invoices may come before the session's own.
         {"subscription_data[metadata][" + std::string(organization_key) + "]",
          wish.organization}}};
    auto& form = order.form;
    if (wish.trial_days > 0) {
        form.emplace_back("subscription_data[trial_period_days]", std::to_string(wish.trial_days));
        form.emplace_back(
            "subscription_data[trial_settings][end_behavior][missing_payment_method]", "cancel");
        form.emplace_back("payment_method_collection", "if_required");
    }
    if (wish.has_tax) {
        form.emplace_back("automatic_tax[enabled]", "true");
        form.emplace_back("customer_update[address]", "auto");
    }
    return order;
}

Order expire_checkout(std::string_view session) {
    return {"expire", path_of("checkout/sessions", session) + "/expire", {}};
}

Order create_portal_configuration() {
    return {
        "portal_configuration",
        "/v1/billing_portal/configurations",
        {{"features[payment_method_update][enabled]", "true"},
         {"features[invoice_history][enabled]", "true"},
         {"features[customer_update][enabled]", "true"},
         {"features[customer_update][allowed_updates][0]", "email"},
         {"features[customer_update][allowed_updates][1]", "address"},
         {"features[customer_update][allowed_updates][2]", "tax_id"},
         {"features[subscription_cancel][enabled]", "true"},
         {"features[subscription_cancel][mode]", "at_period_end"},
         {"metadata[caas]", "portal"}}};
}

Order create_portal(
    std::string_view customer, std::string_view configuration, std::string_view return_url) {
    Order order{"portal", "/v1/billing_portal/sessions", {{"customer", std::string(customer)}}};
    if (!configuration.empty())
        order.form.emplace_back("configuration", configuration);
    order.form.emplace_back("return_url", return_url);
    return order;
}

Order upgrade(const Change& change) {
    Order order{
        "upgrade",
        path_of("subscriptions", change.subscription),
        {{"items[0][id]", change.item},
         {"items[0][price]", change.price},
         {"proration_behavior", "always_invoice"},
         {"payment_behavior", "pending_if_incomplete"}},
        change.subscription};
    if (change.as_of)
        order.form.emplace_back("proration_date", seconds(*change.as_of));
    return order;
}

Order change_price(const Change& change) {
    return {
        "change",
        path_of("subscriptions", change.subscription),
        {{"items[0][id]", change.item},
         {"items[0][price]", change.price},
         {"proration_behavior", "none"}},
        change.subscription};
}

Order cancel_at_period_end(std::string_view subscription) {
    return {
        "cancel",
        path_of("subscriptions", subscription),
        {{"cancel_at_period_end", "true"}},
        std::string(subscription)};
}

Order keep_going(const Subscription& subscription) {
    // Only one of the two may be named.
    const bool is_dated = !subscription.cancels_at_period_end && subscription.cancel_at;
    return {
        "keep",
        path_of("subscriptions", subscription.id),
        {is_dated ? std::pair<std::string, std::string>{"cancel_at", ""}
                  : std::pair<std::string, std::string>{"cancel_at_period_end", "false"}},
        subscription.id};
}

Order resume(std::string_view subscription) {
    return {
        "resume",
        path_of("subscriptions", subscription) + "/resume",
        {{"billing_cycle_anchor[type]", "now"}},
        std::string(subscription)};
}

Invoice preview_upgrade(const Client& client, std::string_view customer, const Change& change) {
    net::Pairs form{
        {"customer", std::string(customer)},
        {"subscription", change.subscription},
        {"subscription_details[items][0][id]", change.item},
        {"subscription_details[items][0][price]", change.price},
        {"subscription_details[proration_behavior]", "always_invoice"}};
    std::string key = "caas-preview-" + change.subscription + "-" + change.price;
    if (change.as_of) {
        form.emplace_back("subscription_details[proration_date]", seconds(*change.as_of));
        key += "-" + seconds(*change.as_of);
    }
    return read_invoice(client.post("/v1/invoices/create_preview", form, key));
}

std::optional<Price> find_price(const Client& client, std::string_view lookup_key) {
    const auto page = client.get(
        "/v1/prices",
        {{"lookup_keys[0]", std::string(lookup_key)}, {"active", "true"}, {"limit", "1"}});
    const auto* data = json::find(page, "data");
    if (data == nullptr || !data->is_array() || data->empty())
        return std::nullopt;
    return read_price(data->front());
}

Price get_price(const Client& client, std::string_view id) {
    return read_price(client.get(path_of("prices", id)));
}

CheckoutSession get_checkout(const Client& client, std::string_view id) {
    return read_session(client.get(path_of("checkout/sessions", id)));
}

Customer get_customer(const Client& client, std::string_view id) {
    return read_customer(client.get(path_of("customers", id)));
}

bool is_customer_gone(const Client& client, std::string_view id) {
    try {
        return get_customer(client, id).is_deleted;
    } catch (const CallError& error) {
        if (error.refusal().is_missing())
            return true;
        throw;
    }
}

Charge get_charge(const Client& client, std::string_view id) {
    return read_charge(client.get(path_of("charges", id)));
}

Subscription get_subscription(const Client& client, std::string_view id) {
    return read_subscription(client.get(path_of("subscriptions", id)));
}

Invoice get_invoice(const Client& client, std::string_view id) {
    auto invoice = read_invoice(client.get(path_of("invoices", id)));
    if (invoice.has_more_lines) {
        invoice.lines.clear();
        walk(client, path_of("invoices", id) + "/lines", {}, [&](const Json& line) {
            invoice.lines.push_back(read_line(line));
        });
    }
    return invoice;
}

Subscription cancel_now(const Client& client, std::string_view subscription) {
    return read_subscription(client.remove(path_of("subscriptions", subscription)));
}

std::vector<Subscription> list_subscriptions(const Client& client, std::string_view customer) {
    std::vector<Subscription> out;
    net::Pairs query;
    if (!customer.empty())
        query.emplace_back("customer", customer);
    query.emplace_back("status", "all");
    walk(client, "/v1/subscriptions", std::move(query), [&](const Json& one) {
        out.push_back(read_subscription(one));
    });
    return out;
}

std::vector<std::string> list_paid_invoices(const Client& client, std::string_view customer) {
    std::vector<std::string> out;
    walk(
        client,
        "/v1/invoices",
        {{"customer", std::string(customer)}, {"status", "paid"}},
        [&](const Json& one) { out.push_back(json::text_or(one, "id", "")); });
    return out;
}

void list_events(
    const Client& client,
    std::span<const std::string_view> types,
    Instant since,
    const std::function<void(const Json&)>& take) {
    net::Pairs query;
    for (std::size_t i = 0; i < types.size(); ++i)
        query.emplace_back("types[" + std::to_string(i) + "]", types[i]);
    query.emplace_back("created[gte]", seconds(since));
    walk(client, "/v1/events", std::move(query), take);
}

}  // namespace caas::billing::stripe
