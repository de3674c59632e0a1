// One request to the pretend Stripe while it is being answered: its parameters, strictly read, and
// the things they name. Throws StripeRefusal. For one thread, under the world's lock.
#pragma once

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/sandbox/stripe_answer.h"
#include "core/sandbox/stripe_render.h"

namespace caas::sandbox {

inline StripeRefusal stripe_missing(
    std::string_view what, std::string_view id, std::string_view param) {
    return {
        404,
        "invalid_request_error",
        "resource_missing",
        std::string(param),
        "No such " + std::string(what) + ": '" + std::string(id) + "'"};
}

inline StripeRefusal stripe_invalid(
    std::string_view code, std::string_view param, std::string_view message) {
    return {
        400, "invalid_request_error", std::string(code), std::string(param), std::string(message)};
}

// One request being answered.
class StripeAsked {
  public:
    StripeAsked(StripeWorld& world, const StripeOperation& operation, const StripePairs& pairs)
        : world_(world), id_(operation.id), pairs_(pairs) {}

    std::string value(std::string_view key) const { return stripe_value(pairs_, key); }

    bool has(std::string_view key) const { return has_stripe_value(pairs_, key); }

    std::string need(std::string_view key) const {
        auto out = value(key);
        if (out.empty())
            throw stripe_invalid(
                "parameter_missing", key, "Missing required param: " + std::string(key) + ".");
        return out;
    }

    Seconds number(std::string_view key, Seconds otherwise) const {
        const auto text = value(key);
        if (text.empty())
            return otherwise;
        Seconds out = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
        if (end.ec != std::errc() || end.ptr != text.data() + text.size())
            throw stripe_invalid("parameter_invalid_integer", key, "Invalid integer: " + text);
        return out;
    }

    std::string word(
        std::string_view key,
        std::initializer_list<std::string_view> words,
        std::string_view otherwise) const {
        const auto text = value(key);
        if (text.empty())
            return std::string(otherwise);
        if (std::find(words.begin(), words.end(), text) == words.end())
            throw stripe_invalid("", key, "Invalid " + std::string(key) + ": " + text);
        return text;
    }

    StripeWorld& world() { return world_; }

    const std::string& id() const { return id_; }

    const StripePairs& pairs() const { return pairs_; }

    StripeCustomer& customer(std::string_view key) {
        const auto id = need(key);
        auto* found = world_.find_customer(id);
        if (found == nullptr || found->is_deleted)
            throw stripe_missing("customer", id, key);
        return *found;
    }

    StripePrice& price(std::string_view key) {
        const auto id = need(key);
        auto* found = world_.find_price(id);
        if (found == nullptr)
            throw stripe_missing("price", id, key);
        if (!found->is_active)
            throw stripe_invalid("", key, "The price specified is inactive");
        return *found;
    }

    StripeSubscription& subscription(std::string_view id) {
        auto* found = world_.find_subscription(id);
        if (found == nullptr)
            throw stripe_missing("subscription", id, "id");
        return *found;
    }

    // One that may still be changed.
    StripeSubscription& living() {
        auto& found = subscription(id_);
        if (found.is_over())
            throw stripe_missing("subscription", id_, "id");
        return found;
    }

    Json render(const StripeSubscription& one) {
        return render_stripe(one, *world_.find_price(one.price));
    }

    Json render(const StripeInvoice& one) {
        return render_stripe(one, world_.find_subscription(one.subscription)->metadata);
    }

    bool is_in_time(Seconds created) const {
        return created >= number("created[gte]", 0) && created <= number("created[lte]", created) &&
               created > number("created[gt]", -1) && created < number("created[lt]", created + 1);
    }

    // The newest first, as all of Stripe's lists.
    template <typename All, typename Fits, typename Render>
    Json page(const All& all, std::string_view url, Fits fits, Render show) {
        const auto limit = number("limit", 10);
        if (limit < 1 || limit > 100)
            throw stripe_invalid("", "limit", "The limit is from 1 to 100");
        const auto after = value("starting_after");
        bool is_begun = after.empty();
        auto data = Json::array();
        bool has_more = false;
        for (auto at = all.rbegin(); at != all.rend(); ++at) {
            if (!is_begun) {
                is_begun = at->id == after;
                continue;
            }
            if (!fits(*at))
                continue;
            if (data.size() == static_cast<std::size_t>(limit)) {
                has_more = true;
                break;
            }
            data.push_back(show(*at));
        }
        if (!is_begun)
            throw stripe_missing("object", after, "starting_after");
        return render_stripe_list(std::move(data), has_more, url);
    }

  private:
    StripeWorld& world_;
    const std::string& id_;
    const StripePairs& pairs_;
};

using StripeAnswer = Json (*)(StripeAsked&);

// How an operation of subscriptions, invoices, prices, charges or events is answered; nullptr: it
// is of another kind.
StripeAnswer find_stripe_money_answer(std::string_view operation);

}  // namespace caas::sandbox
