#include "core/sandbox/stripe_answer.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

#include "core/sandbox/stripe_render.h"

namespace caas::sandbox {
namespace {

StripeRefusal missing(std::string_view what, std::string_view id, std::string_view param) {
    return {
        404,
        "invalid_request_error",
        "resource_missing",
        std::string(param),
        "No such " + std::string(what) + ": '" + std::string(id) + "'"};
}

StripeRefusal invalid(std::string_view code, std::string_view param, std::string_view message) {
    return {
        400,
        "invalid_request_error",
        std::string(code),
        std::string(param),
        std::string(message)};
}

// One request being answered.
class Asked {
  public:
    Asked(StripeWorld& world, const StripeOperation& operation, const StripePairs& pairs)
        : world_(world), id_(operation.id), pairs_(pairs) {}

    std::string value(std::string_view key) const { return stripe_value(pairs_, key); }

    bool has(std::string_view key) const { return has_stripe_value(pairs_, key); }

    std::string need(std::string_view key) const {
        auto out = value(key);
        if (out.empty())
            throw invalid(
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
            throw invalid("parameter_invalid_integer", key, "Invalid integer: " + text);
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
            throw invalid("", key, "Invalid " + std::string(key) + ": " + text);
        return text;
    }

    StripeWorld& world() { return world_; }

    const std::string& id() const { return id_; }

    const StripePairs& pairs() const { return pairs_; }

    StripeCustomer& customer(std::string_view key) {
        const auto id = need(key);
        auto* found = world_.find_customer(id);
        if (found == nullptr || found->is_deleted)
            throw missing("customer", id, key);
        return *found;
    }

    StripePrice& price(std::string_view key) {
        const auto id = need(key);
        auto* found = world_.find_price(id);
        if (found == nullptr)
            throw missing("price", id, key);
        if (!found->is_active)
            throw invalid("", key, "The price specified is inactive");
        return *found;
    }

    StripeSubscription& subscription(std::string_view id) {
        auto* found = world_.find_subscription(id);
        if (found == nullptr)
            throw missing("subscription", id, "id");
        return *found;
    }

    // One that may still be changed.
    StripeSubscription& living() {
        auto& found = subscription(id_);
        if (found.is_over())
            throw missing("subscription", id_, "id");
        return found;
    }

    Json render(const StripeSubscription& one) {
        return render_stripe(one, *world_.find_price(one.price));
    }

    Json render(const StripeInvoice& one) {
        return render_stripe(one, world_.find_subscription(one.subscription)->metadata);
    }

    bool is_in_time(Seconds created) const {
        return created >= number("created[gte]", 0) &&
               created <= number("created[lte]", created) &&
               created > number("created[gt]", -1) &&
               created < number("created[lt]", created + 1);
    }

    // The newest first, as all of Stripe's lists.
    template <typename All, typename Fits, typename Render>
    Json page(const All& all, std::string_view url, Fits fits, Render show) {
        const auto limit = number("limit", 10);
        if (limit < 1 || limit > 100)
            throw invalid("", "limit", "The limit is from 1 to 100");
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
            throw missing("object", after, "starting_after");
        return render_stripe_list(std::move(data), has_more, url);
    }

  private:
    StripeWorld& world_;
    const std::string& id_;
    const StripePairs& pairs_;
};

Json create_customer(Asked& asked) {
    return render_stripe(asked.world().add_customer(
        asked.value("name"), asked.value("email"), stripe_metadata(asked.pairs(), "metadata")));
}

Json change_customer(Asked& asked) {
    auto* found = asked.world().find_customer(asked.id());
    if (found == nullptr || found->is_deleted)
        throw missing("customer", asked.id(), "id");
    if (asked.has("email"))
        found->email = asked.value("email");
    if (asked.has("name"))
        found->name = asked.value("name");
    return render_stripe(*found);
}

Json get_customer(Asked& asked) {
    const auto* found = asked.world().find_customer(asked.id());
    if (found == nullptr)
        throw missing("customer", asked.id(), "id");
    return render_stripe(*found);
}

Json delete_customer(Asked& asked) {
    auto* found = asked.world().find_customer(asked.id());
    if (found == nullptr || found->is_deleted)
        throw missing("customer", asked.id(), "id");
    asked.world().delete_customer(*found);
    return render_stripe(*found);
}

Json create_session(Asked& asked) {
    if (asked.need("mode") != "subscription")
        throw invalid("", "mode", "This pretend Stripe sells subscriptions only");
    StripeSession session;
    session.customer = asked.customer("customer").id;
    session.price = asked.price("line_items[0][price]").id;
    if (asked.number("line_items[0][quantity]", 0) != 1)
        throw invalid("parameter_missing", "line_items[0][quantity]", "A quantity is needed");
    session.success_url = asked.need("success_url");
    session.cancel_url = asked.value("cancel_url");
    for (const auto& url : {session.success_url, session.cancel_url}) {
        if (!url.empty() && !url.starts_with("http"))
            throw invalid("url_invalid", "success_url", "Not a valid URL");
    }
    session.client_reference_id = asked.value("client_reference_id");
    session.metadata = stripe_metadata(asked.pairs(), "metadata");
    session.subscription_metadata =
        stripe_metadata(asked.pairs(), "subscription_data[metadata]");
    session.trial_days =
        static_cast<int>(asked.number("subscription_data[trial_period_days]", 0));
    session.missing_method = asked.word(
        "subscription_data[trial_settings][end_behavior][missing_payment_method]",
        {"cancel", "create_invoice", "pause"},
        "create_invoice");
    session.needs_card =
        asked.word("payment_method_collection", {"always", "if_required"}, "always") == "always";
    asked.word("ui_mode", {"hosted_page", "embedded_page", "elements", "form"}, "hosted_page");
    return render_stripe(asked.world().add_session(std::move(session)));
}

StripeSession& session_of(Asked& asked) {
    auto* found = asked.world().find_session(asked.id());
    if (found == nullptr)
        throw missing("checkout.session", asked.id(), "session");
    return *found;
}

Json expire_session(Asked& asked) {
    auto& session = session_of(asked);
    if (session.status != "open")
        throw invalid("", "", "Only Checkout Sessions with a status of open can be expired");
    asked.world().expire(session);
    return render_stripe(session);
}

Json create_portal(Asked& asked) {
    const auto& customer = asked.customer("customer");
    const auto id = asked.world().next_id("bps");
    return {
        {"id", id},
        {"object", "billing_portal.session"},
        {"configuration", asked.need("configuration")},
        {"created", asked.world().now()},
        {"customer", customer.id},
        {"flow", nullptr},
        {"livemode", false},
        {"locale", nullptr},
        {"on_behalf_of", nullptr},
        {"return_url", asked.need("return_url")},
        {"url", "https://portal.stripe.sandbox/" + id}};
}

Json create_portal_configuration(Asked& asked) {
    const auto enabled = [&](const char* feature) {
        return Json{
            {"enabled",
             asked.value("features[" + std::string(feature) + "][enabled]") == "true"}};
    };
    return {
        {"id", asked.world().next_id("bpc")},
        {"object", "billing_portal.configuration"},
        {"active", true},
        {"application", nullptr},
        {"created", asked.world().now()},
        {"default_return_url", nullptr},
        {"features",
         {{"customer_update", enabled("customer_update")},
          {"invoice_history", enabled("invoice_history")},
          {"payment_method_update", enabled("payment_method_update")},
          {"subscription_cancel", enabled("subscription_cancel")},
          {"subscription_update", enabled("subscription_update")}}},
        {"is_default", false},
        {"livemode", false},
        {"metadata", Json::object()},
        {"name", nullptr},
        {"updated", asked.world().now()}};
}

Json list_subscriptions(Asked& asked) {
    const auto customer = asked.value("customer");
    const auto status = asked.value("status");
    return asked.page(
        asked.world().subscriptions,
        "/v1/subscriptions",
        [&](const StripeSubscription& one) {
            const bool is_wanted = status == "all" || (status.empty() && !one.is_over()) ||
                                   status == one.status;
            return is_wanted && (customer.empty() || one.customer == customer) &&
                   asked.is_in_time(one.created);
        },
        [&](const StripeSubscription& one) { return asked.render(one); });
}

// What pending_if_incomplete may go along with (docs of pending updates).
void check_pending(const Asked& asked) {
    for (const auto& [key, value] : asked.pairs()) {
        const bool may_be = key.starts_with("items[") || key.starts_with("expand[") ||
                            key == "proration_behavior" || key == "proration_date" ||
                            key == "payment_behavior" || key == "trial_end";
        if (!may_be)
            throw invalid("", key, key + " cannot be used with pending_if_incomplete");
    }
}

Json change_subscription(Asked& asked) {
    auto& found = asked.living();
    const auto behavior = asked.word(
        "payment_behavior",
        {"allow_incomplete",
         "default_incomplete",
         "error_if_incomplete",
         "pending_if_incomplete"},
        "allow_incomplete");
    const auto proration = asked.word(
        "proration_behavior",
        {"create_prorations", "always_invoice", "none"},
        "create_prorations");
    if (behavior == "pending_if_incomplete")
        check_pending(asked);
    if (asked.has("cancel_at_period_end") && asked.has("cancel_at"))
        throw invalid("", "cancel_at", "Only one of cancel_at and cancel_at_period_end");
    if (asked.has("items[0][price]")) {
        // Without its item's id a second item would be added, and both paid.
        if (asked.need("items[0][id]") != found.item)
            throw missing("subscription_item", asked.value("items[0][id]"), "items[0][id]");
        const auto& price = asked.price("items[0][price]");
        if (!asked.world().change_price(
                found,
                price.id,
                proration,
                behavior,
                asked.number("proration_date", asked.world().now())))
            throw StripeRefusal{
                402, "card_error", "card_declined", "", "Your card was declined."};
    }
    if (asked.has("cancel_at_period_end"))
        asked.world().set_ending(
            found, asked.word("cancel_at_period_end", {"true", "false"}, "false") == "true", 0);
    if (asked.has("cancel_at"))
        asked.world().set_ending(found, false, asked.number("cancel_at", 0));
    return asked.render(found);
}

Json cancel_subscription(Asked& asked) {
    auto& found = asked.living();
    asked.world().cancel(found);
    return asked.render(found);
}

Json pause_subscription(Asked& asked) {
    auto& found = asked.living();
    asked.world().pause(found);
    return asked.render(found);
}

Json resume_subscription(Asked& asked) {
    auto& found = asked.living();
    if (found.status != "paused")
        throw invalid("", "", "Only a paused subscription can be resumed");
    asked.world().resume(found);
    return asked.render(found);
}

Json preview_invoice(Asked& asked) {
    auto& found = asked.subscription(asked.need("subscription"));
    StripeInvoice invoice;
    invoice.id = "upcoming_in_" + found.id;
    invoice.customer = found.customer;
    invoice.subscription = found.id;
    invoice.reason = "subscription_update";
    invoice.created = asked.world().now();
    if (asked.need("subscription_details[items][0][id]") != found.item)
        throw missing("subscription_item", found.item, "subscription_details[items][0][id]");
    invoice.lines = asked.world().prorate(
        found,
        asked.price("subscription_details[items][0][price]").id,
        asked.number("subscription_details[proration_date]", asked.world().now()));
    const auto balance = asked.world().find_customer(found.customer)->balance;
    invoice.from_balance = balance < 0 ? std::min(-balance, invoice.total()) : 0;
    return asked.render(invoice);
}

StripeInvoice& invoice_of(Asked& asked) {
    auto* found = asked.world().find_invoice(asked.id());
    if (found == nullptr)
        throw missing("invoice", asked.id(), "invoice");
    return *found;
}

Json list_invoices(Asked& asked) {
    const auto customer = asked.value("customer");
    const auto status = asked.value("status");
    return asked.page(
        asked.world().invoices,
        "/v1/invoices",
        [&](const StripeInvoice& one) {
            return (customer.empty() || one.customer == customer) &&
                   (status.empty() || one.status == status) && asked.is_in_time(one.created);
        },
        [&](const StripeInvoice& one) { return asked.render(one); });
}

Json list_lines(Asked& asked) {
    const auto& invoice = invoice_of(asked);
    return asked.page(
        invoice.lines,
        "/v1/invoices/" + invoice.id + "/lines",
        [](const StripeLine&) { return true; },
        [&](const StripeLine& line) { return render_stripe(line, invoice); });
}

Json list_prices(Asked& asked) {
    const auto keys = stripe_metadata(asked.pairs(), "lookup_keys");
    return asked.page(
        asked.world().prices,
        "/v1/prices",
        [&](const StripePrice& one) {
            const bool is_named = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
                return key.second == one.lookup_key;
            });
            return (keys.empty() || is_named) &&
                   (!asked.has("active") || (asked.value("active") == "true") == one.is_active);
        },
        [](const StripePrice& one) { return render_stripe(one); });
}

Json get_price(Asked& asked) {
    const auto* found = asked.world().find_price(asked.id());
    if (found == nullptr)
        throw missing("price", asked.id(), "price");
    return render_stripe(*found);
}

Json get_charge(Asked& asked) {
    const auto* found = asked.world().find_charge(asked.id());
    if (found == nullptr)
        throw missing("charge", asked.id(), "id");
    return render_stripe(*found);
}

Json list_charges(Asked& asked) {
    const auto customer = asked.value("customer");
    return asked.page(
        asked.world().charges,
        "/v1/charges",
        [&](const StripeCharge& one) { return customer.empty() || one.customer == customer; },
        [](const StripeCharge& one) { return render_stripe(one); });
}

Json list_events(Asked& asked) {
    auto types = stripe_metadata(asked.pairs(), "types");
    if (types.size() > 20)
        throw invalid("", "types", "No more than 20 types");
    if (asked.has("type"))
        types.emplace_back("", asked.value("type"));
    // Events are listed for 30 days.
    constexpr Seconds kept = 30 * 24 * 3600;
    return asked.page(
        asked.world().events,
        "/v1/events",
        [&](const StripeEvent& one) {
            const bool is_named = std::any_of(types.begin(), types.end(), [&](const auto& type) {
                return type.second == one.type;
            });
            return (types.empty() || is_named) && asked.is_in_time(one.created) &&
                   one.created > asked.world().now() - kept;
        },
        [](const StripeEvent& one) { return json::parse(one.body, "An event"); });
}

Json get_event(Asked& asked) {
    for (const auto& one : asked.world().events) {
        if (one.id == asked.id())
            return json::parse(one.body, "An event");
    }
    throw missing("event", asked.id(), "id");
}

using Answer = Json (*)(Asked&);

const std::map<std::string_view, Answer>& answers() {
    static const std::map<std::string_view, Answer> all{
        {"POST /v1/customers", create_customer},
        {"POST /v1/customers/{id}", change_customer},
        {"GET /v1/customers/{id}", get_customer},
        {"DELETE /v1/customers/{id}", delete_customer},
        {"POST /v1/checkout/sessions", create_session},
        {"GET /v1/checkout/sessions/{id}",
         [](Asked& asked) { return render_stripe(session_of(asked)); }},
        {"POST /v1/checkout/sessions/{id}/expire", expire_session},
        {"POST /v1/billing_portal/sessions", create_portal},
        {"POST /v1/billing_portal/configurations", create_portal_configuration},
        {"GET /v1/subscriptions", list_subscriptions},
        {"GET /v1/subscriptions/{id}",
         [](Asked& asked) { return asked.render(asked.subscription(asked.id())); }},
        {"POST /v1/subscriptions/{id}", change_subscription},
        {"DELETE /v1/subscriptions/{id}", cancel_subscription},
        {"POST /v1/subscriptions/{id}/pause", pause_subscription},
        {"POST /v1/subscriptions/{id}/resume", resume_subscription},
        {"POST /v1/invoices/create_preview", preview_invoice},
        {"GET /v1/invoices", list_invoices},
        {"GET /v1/invoices/{id}", [](Asked& asked) { return asked.render(invoice_of(asked)); }},
        {"GET /v1/invoices/{id}/lines", list_lines},
        {"GET /v1/prices", list_prices},
        {"GET /v1/prices/{id}", get_price},
        {"GET /v1/charges/{id}", get_charge},
        {"GET /v1/charges", list_charges},
        {"GET /v1/events", list_events},
        {"GET /v1/events/{id}", get_event},
    };
    return all;
}

}  // namespace

Json answer_stripe(
    StripeWorld& world, const StripeOperation& operation, const StripePairs& pairs) {
    Asked asked(world, operation, pairs);
    return answers().at(operation.name)(asked);
}

Json render_stripe(const StripeRefusal& refusal) {
    Json error{{"type", refusal.type}, {"message", refusal.message}};
    if (!refusal.code.empty())
        error["code"] = refusal.code;
    if (!refusal.param.empty())
        error["param"] = refusal.param;
    if (refusal.type == "card_error")
        error["decline_code"] = "generic_decline";
    return {{"error", std::move(error)}};
}

}  // namespace caas::sandbox
