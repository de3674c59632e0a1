// Subscriptions, invoices, prices, charges and events of the pretend Stripe.
#include <map>

#include "core/sandbox/stripe_asked.h"

namespace caas::sandbox {
namespace {

Json list_subscriptions(StripeAsked& asked) {
    const auto customer = asked.value("customer");
    const auto status = asked.value("status");
    return asked.page(
        asked.world().subscriptions,
        "/v1/subscriptions",
        [&](const StripeSubscription& one) {
            const bool is_wanted =
                status == "all" || (status.empty() && !one.is_over()) || status == one.status;
            return is_wanted && (customer.empty() || one.customer == customer) &&
                   asked.is_in_time(one.created);
        },
        [&](const StripeSubscription& one) { return asked.render(one); });
}

// What pending_if_incomplete may go along with (docs of pending updates).
void check_pending(const StripeAsked& asked) {
    for (const auto& [key, value] : asked.pairs()) {
        const bool may_be = key.starts_with("items[") || key.starts_with("expand[") ||
                            key == "proration_behavior" || key == "proration_date" ||
                            key == "payment_behavior" || key == "trial_end";
        if (!may_be)
            throw stripe_invalid("", key, key + " cannot be used with pending_if_incomplete");
    }
}

Json change_subscription(StripeAsked& asked) {
    auto& found = asked.living();
    const auto behavior = asked.word(
        "payment_behavior",
        {"allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"},
        "allow_incomplete");
    const auto proration = asked.word(
        "proration_behavior", {"create_prorations", "always_invoice", "none"}, "create_prorations");
    if (behavior == "pending_if_incomplete")
        check_pending(asked);
    if (asked.has("cancel_at_period_end") && asked.has("cancel_at"))
        throw stripe_invalid("", "cancel_at", "Only one of cancel_at and cancel_at_period_end");
    if (asked.has("items[0][price]")) {
        // Without its item's id a second item would be added, and both paid.
        if (asked.need("items[0][id]") != found.item)
            throw stripe_missing("subscription_item", asked.value("items[0][id]"), "items[0][id]");
        const auto& price = asked.price("items[0][price]");
        if (!asked.world().change_price(
                found,
                price.id,
                proration,
                behavior,
                asked.number("proration_date", asked.world().now())))
            throw StripeRefusal{402, "card_error", "card_declined", "", "Your card was declined."};
    }
    if (asked.has("cancel_at_period_end"))
        asked.world().set_ending(
            found, asked.word("cancel_at_period_end", {"true", "false"}, "false") == "true", 0);
    if (asked.has("cancel_at"))
        asked.world().set_ending(found, false, asked.number("cancel_at", 0));
    return asked.render(found);
}

Json cancel_subscription(StripeAsked& asked) {
    auto& found = asked.living();
    asked.world().cancel(found);
    return asked.render(found);
}

Json pause_subscription(StripeAsked& asked) {
    auto& found = asked.living();
    asked.world().pause(found);
    return asked.render(found);
}

Json resume_subscription(StripeAsked& asked) {
    auto& found = asked.living();
    if (found.status != "paused")
        throw stripe_invalid("", "", "Only a paused subscription can be resumed");
    asked.world().resume(found);
    return asked.render(found);
}

Json preview_invoice(StripeAsked& asked) {
    auto& found = asked.subscription(asked.need("subscription"));
    StripeInvoice invoice;
    invoice.id = "upcoming_in_" + found.id;
    invoice.customer = found.customer;
    invoice.subscription = found.id;
    invoice.reason = "subscription_update";
    invoice.created = asked.world().now();
    if (asked.need("subscription_details[items][0][id]") != found.item)
        throw stripe_missing("subscription_item", found.item, "subscription_details[items][0][id]");
    invoice.lines = asked.world().prorate(
        found,
        asked.price("subscription_details[items][0][price]").id,
        asked.number("subscription_details[proration_date]", asked.world().now()));
    const auto balance = asked.world().find_customer(found.customer)->balance;
    invoice.from_balance = balance < 0 ? std::min(-balance, invoice.total()) : 0;
    return asked.render(invoice);
}

StripeInvoice& invoice_of(StripeAsked& asked) {
    auto* found = asked.world().find_invoice(asked.id());
    if (found == nullptr)
        throw stripe_missing("invoice", asked.id(), "invoice");
    return *found;
}

Json list_invoices(StripeAsked& asked) {
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

Json list_lines(StripeAsked& asked) {
    const auto& invoice = invoice_of(asked);
    return asked.page(
        invoice.lines,
        "/v1/invoices/" + invoice.id + "/lines",
        [](const StripeLine&) { return true; },
        [&](const StripeLine& line) { return render_stripe(line, invoice); });
}

Json list_prices(StripeAsked& asked) {
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

Json get_price(StripeAsked& asked) {
    const auto* found = asked.world().find_price(asked.id());
    if (found == nullptr)
        throw stripe_missing("price", asked.id(), "price");
    return render_stripe(*found);
}

Json get_charge(StripeAsked& asked) {
    const auto* found = asked.world().find_charge(asked.id());
    if (found == nullptr)
        throw stripe_missing("charge", asked.id(), "id");
    return render_stripe(*found);
}

Json list_charges(StripeAsked& asked) {
    const auto customer = asked.value("customer");
    return asked.page(
        asked.world().charges,
        "/v1/charges",
        [&](const StripeCharge& one) { return customer.empty() || one.customer == customer; },
        [](const StripeCharge& one) { return render_stripe(one); });
}

Json list_events(StripeAsked& asked) {
    auto types = stripe_metadata(asked.pairs(), "types");
    if (types.size() > 20)
        throw stripe_invalid("", "types", "No more than 20 types");
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

Json get_event(StripeAsked& asked) {
    for (const auto& one : asked.world().events) {
        if (one.id == asked.id())
            return json::parse(one.body, "An event");
    }
    throw stripe_missing("event", asked.id(), "id");
}

}  // namespace

StripeAnswer find_stripe_money_answer(std::string_view operation) {
    static const std::map<std::string_view, StripeAnswer> all{
        {"GET /v1/subscriptions", list_subscriptions},
        {"GET /v1/subscriptions/{id}",
         [](StripeAsked& asked) { return asked.render(asked.subscription(asked.id())); }},
        {"POST /v1/subscriptions/{id}", change_subscription},
        {"DELETE /v1/subscriptions/{id}", cancel_subscription},
        {"POST /v1/subscriptions/{id}/pause", pause_subscription},
        {"POST /v1/subscriptions/{id}/resume", resume_subscription},
        {"POST /v1/invoices/create_preview", preview_invoice},
        {"GET /v1/invoices", list_invoices},
        {"GET /v1/invoices/{id}",
         [](StripeAsked& asked) { return asked.render(invoice_of(asked)); }},
        {"GET /v1/invoices/{id}/lines", list_lines},
        {"GET /v1/prices", list_prices},
        {"GET /v1/prices/{id}", get_price},
        {"GET /v1/charges/{id}", get_charge},
        {"GET /v1/charges", list_charges},
        {"GET /v1/events", list_events},
        {"GET /v1/events/{id}", get_event},
    };
    const auto at = all.find(operation);
    return at == all.end() ? nullptr : at->second;
}

}  // namespace caas::sandbox
