// What the pretend Stripe takes: each operation with its parameters, in the form encoding of
// Stripe's API. What is not in the table is refused as Stripe does, at any depth. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caas::sandbox {

using StripePairs = std::vector<std::pair<std::string, std::string>>;

// The pairs of a query or a form, strictly: nullopt when it is not well encoded.
std::optional<StripePairs> read_stripe_form(std::string_view text);
std::string stripe_value(const StripePairs& pairs, std::string_view key);
bool has_stripe_value(const StripePairs& pairs, std::string_view key);
// The values of metadata[…] below `prefix` ("metadata", "subscription_data[metadata]").
StripePairs stripe_metadata(const StripePairs& pairs, std::string_view prefix);

// "POST /v1/customers/{id}" and the ids in it; nullopt: there is no such operation here.
struct StripeOperation {
    std::string name;
    std::string id;
};

std::optional<StripeOperation> find_stripe_operation(
    std::string_view method, std::string_view path);
// The first parameter that the operation does not know, empty: none.
std::string unknown_stripe_parameter(const StripeOperation& operation, const StripePairs& pairs);

}  // namespace caas::sandbox
