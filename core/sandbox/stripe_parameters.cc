#include "core/sandbox/stripe_parameters.h"

#include <algorithm>
#include <array>

#include "core/net/url.h"

namespace caas::sandbox {
namespace {

struct Row {
    std::string_view operation;
    std::string_view parameters;  // separated by blanks; [*] stands for any one key
};

// Of Stripe's types of 2026-10-28.endive. payment_method_types, coupon, trial_from_plan and the
// like are no longer among them.
constexpr std::array<Row, 25> table{{
    {"POST /v1/customers", "email name phone description metadata[*] test_clock"},
    {"POST /v1/customers/{id}", "email name phone description metadata[*]"},
    {"GET /v1/customers/{id}", ""},
    {"POST /v1/checkout/sessions",
     "mode customer client_reference_id line_items[*][price] line_items[*][quantity] success_url "
     "cancel_url metadata[*] subscription_data[metadata][*] subscription_data[trial_period_days] "
     "subscription_data[trial_settings][end_behavior][missing_payment_method] "
     "payment_method_collection automatic_tax[enabled] customer_update[address] "
     "allow_promotion_codes locale ui_mode expires_at"},
    {"GET /v1/checkout/sessions/{id}", ""},
    {"POST /v1/checkout/sessions/{id}/expire", ""},
    {"POST /v1/billing_portal/sessions", "customer configuration return_url locale"},
    {"POST /v1/billing_portal/configurations",
     "features[payment_method_update][enabled] features[invoice_history][enabled] "
     "features[customer_update][enabled] features[customer_update][allowed_updates][*] "
     "features[subscription_cancel][enabled] features[subscription_cancel][mode] "
     "features[subscription_update][enabled] metadata[*] name default_return_url"},
    {"GET /v1/subscriptions",
     "customer status price limit starting_after ending_before created[*]"},
    {"GET /v1/subscriptions/{id}", ""},
    {"POST /v1/subscriptions/{id}",
     "items[*][id] items[*][price] items[*][quantity] items[*][deleted] proration_behavior "
     "proration_date payment_behavior cancel_at_period_end cancel_at metadata[*] trial_end"},
    {"DELETE /v1/subscriptions/{id}", "prorate invoice_now"},
    {"POST /v1/subscriptions/{id}/pause", "type bill_for invoicing_behavior"},
    {"POST /v1/subscriptions/{id}/resume",
     "billing_cycle_anchor[type] payment_behavior proration_behavior proration_date"},
    {"POST /v1/invoices/create_preview",
     "customer subscription subscription_details[items][*][id] "
     "subscription_details[items][*][price] subscription_details[proration_behavior] "
     "subscription_details[proration_date]"},
    {"GET /v1/invoices", "customer status subscription limit starting_after created[*]"},
    {"GET /v1/invoices/{id}", ""},
    {"GET /v1/invoices/{id}/lines", "limit starting_after"},
    {"GET /v1/prices", "lookup_keys[*] active limit starting_after"},
    {"GET /v1/prices/{id}", ""},
    {"GET /v1/charges/{id}", ""},
    {"GET /v1/events", "type types[*] created[*] limit starting_after"},
    {"GET /v1/events/{id}", ""},
    {"GET /v1/charges", "customer limit starting_after"},
    {"DELETE /v1/customers/{id}", ""},
}};

// "items[0][price]" of "items[*][price]"; a key of the API holds no further brackets.
bool fits(std::string_view pattern, std::string_view key) {
    while (true) {
        const auto star = pattern.find('*');
        if (star == std::string_view::npos)
            return pattern == key;
        if (key.substr(0, star) != pattern.substr(0, star))
            return false;
        const auto end = key.find(']', star);
        if (end == std::string_view::npos || end == star)
            return false;
        pattern.remove_prefix(star + 1);
        key.remove_prefix(end);
    }
}

bool is_listed(std::string_view parameters, std::string_view key) {
    if (fits("expand[*]", key))
        return true;
    while (!parameters.empty()) {
        const auto blank = std::min(parameters.find(' '), parameters.size());
        if (fits(parameters.substr(0, blank), key))
            return true;
        parameters.remove_prefix(std::min(blank + 1, parameters.size()));
    }
    return false;
}

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        const auto slash = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return out;
}

// The id when `path` fits, nullopt when not.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
    const auto wanted = parts_of(pattern);
    const auto given = parts_of(path);
    if (wanted.size() != given.size())
        return std::nullopt;
    std::string id;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "{id}" && !given[i].empty())
            id = given[i];
        else if (wanted[i] != given[i])
            return std::nullopt;
    }
    return id;
}

}  // namespace

std::optional<StripePairs> read_stripe_form(std::string_view text) {
    StripePairs out;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        auto pair = std::string(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        std::replace(pair.begin(), pair.end(), '+', ' ');
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0)
            return std::nullopt;
        auto key = net::percent_decode(std::string_view(pair).substr(0, equals));
        auto value = net::percent_decode(std::string_view(pair).substr(equals + 1));
        if (!key || !value)
            return std::nullopt;
        out.emplace_back(*std::move(key), *std::move(value));
    }
    return out;
}

std::string stripe_value(const StripePairs& pairs, std::string_view key) {
    for (const auto& [name, value] : pairs) {
        if (name == key)
            return value;
    }
    return {};
}

bool has_stripe_value(const StripePairs& pairs, std::string_view key) {
    return std::any_of(
        pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.first == key; });
}

StripePairs stripe_metadata(const StripePairs& pairs, std::string_view prefix) {
    StripePairs out;
    const auto begin = std::string(prefix) + "[";
    for (const auto& [name, value] : pairs) {
        if (name.starts_with(begin) && name.ends_with(']'))
            out.emplace_back(name.substr(begin.size(), name.size() - begin.size() - 1), value);
    }
    return out;
}

std::optional<StripeOperation> find_stripe_operation(
    std::string_view method, std::string_view path) {
    // Words of a path go before ids: /v1/invoices/create_preview is no invoice.
    std::optional<StripeOperation> found;
    for (const auto& row : table) {
        const auto blank = row.operation.find(' ');
        if (row.operation.substr(0, blank) != method)
            continue;
        auto id = match(row.operation.substr(blank + 1), path);
        if (id && (!found || id->empty()))
            found = StripeOperation{std::string(row.operation), *std::move(id)};
    }
    return found;
}

std::string unknown_stripe_parameter(const StripeOperation& operation, const StripePairs& pairs) {
    const auto* const row = std::find_if(table.begin(), table.end(), [&](const Row& one) {
        return one.operation == operation.name;
    });
    for (const auto& [key, value] : pairs) {
        if (row == table.end() || !is_listed(row->parameters, key))
            return key;
    }
    return {};
}

}  // namespace caas::sandbox
