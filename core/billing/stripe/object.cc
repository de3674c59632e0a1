#include "core/billing/stripe/object.h"

#include <nlohmann/json.hpp>

namespace caas::billing::stripe {
namespace {

// Far beyond any date, and far from where milliseconds overflow.
constexpr std::int64_t most_seconds = 1'000'000'000'000;

std::optional<Instant> moment(const Json& object, std::string_view key) {
    const auto seconds = json::integer(object, key);
    if (!seconds || *seconds < 0 || *seconds > most_seconds)
        return std::nullopt;
    return Instant(std::chrono::seconds(*seconds));
}

std::string organization_of(const Json* metadata) {
    return metadata == nullptr ? std::string() : json::text_or(*metadata, organization_key, "");
}

const Json* list_of(const Json& object, std::string_view key) {
    const auto* data = json::path(object, {key, "data"});
    return data != nullptr && data->is_array() ? data : nullptr;
}

}  // namespace

std::string id_of(const Json& object, std::string_view key) {
    const auto* found = json::find(object, key);
    if (found == nullptr)
        return {};
    return found->is_object() ? json::text_or(*found, "id", "") : json::text_or(object, key, "");
}

Price read_price(const Json& json) {
    Price out;
    out.id = json::text_or(json, "id", "");
    out.lookup_key = json::text_or(json, "lookup_key", "");
    out.amount = json::integer_or(json, "unit_amount", 0);
    out.currency = json::text_or(json, "currency", "");
    if (const auto* recurring = json::find(json, "recurring"))
        out.interval = json::text_or(*recurring, "interval", "");
    out.is_active = json::truth(json, "active").value_or(false);
    return out;
}

Subscription read_subscription(const Json& json) {
    Subscription out;
    out.id = json::text_or(json, "id", "");
    out.customer = id_of(json, "customer");
    out.status = json::text_or(json, "status", "");
    out.organization = organization_of(json::find(json, "metadata"));
    out.latest_invoice = id_of(json, "latest_invoice");
    out.cancels_at_period_end = json::truth(json, "cancel_at_period_end").value_or(false);
    out.has_pending_update = json::find(json, "pending_update") != nullptr &&
                             json::find(json, "pending_update")->is_object();
    out.is_live = json::truth(json, "livemode").value_or(false);
    out.created_at = moment(json, "created").value_or(Instant{});
    out.cancel_at = moment(json, "cancel_at");
    out.ended_at = moment(json, "ended_at");
    out.trial_end = moment(json, "trial_end");
    if (const auto* data = list_of(json, "items")) {
        for (const auto& one : *data) {
            Item item;
            item.id = json::text_or(one, "id", "");
            if (const auto* price = json::find(one, "price"))
                item.price = read_price(*price);
            // Until 2025-03-31.basil the period was the subscription's own.
            item.period_start = moment(one, "current_period_start");
            if (!item.period_start)
                item.period_start = moment(json, "current_period_start");
            item.period_end = moment(one, "current_period_end");
            if (!item.period_end)
                item.period_end = moment(json, "current_period_end");
            out.items.push_back(std::move(item));
        }
    }
    return out;
}

InvoiceLine read_line(const Json& json) {
    InvoiceLine out;
    if (const auto* details = json::path(json, {"pricing", "price_details"}))
        out.price = id_of(*details, "price");
    out.amount = json::integer_or(json, "amount", 0);
    for (const auto* kind : {"subscription_item_details", "invoice_item_details"}) {
        const auto* details = json::path(json, {"parent", kind});
        out.is_proration = out.is_proration || (details != nullptr &&
                                                json::truth(*details, "proration").value_or(false));
    }
    if (const auto* period = json::find(json, "period")) {
        out.start = moment(*period, "start").value_or(Instant{});
        out.end = moment(*period, "end").value_or(Instant{});
    }
    return out;
}

Invoice read_invoice(const Json& json) {
    Invoice out;
    out.id = json::text_or(json, "id", "");
    out.customer = id_of(json, "customer");
    if (const auto* details = json::path(json, {"parent", "subscription_details"})) {
        out.subscription = id_of(*details, "subscription");
        out.organization = organization_of(json::find(*details, "metadata"));
    }
    out.status = json::text_or(json, "status", "");
    out.reason = json::text_or(json, "billing_reason", "");
    out.currency = json::text_or(json, "currency", "");
    out.page = json::text_or(json, "hosted_invoice_url", "");
    out.amount_due = json::integer_or(json, "amount_due", 0);
    out.amount_paid = json::integer_or(json, "amount_paid", 0);
    out.attempts = json::integer_or(json, "attempt_count", 0);
    out.is_live = json::truth(json, "livemode").value_or(false);
    out.created_at = moment(json, "created").value_or(Instant{});
    out.next_attempt = moment(json, "next_payment_attempt");
    if (const auto* data = list_of(json, "lines")) {
        for (const auto& line : *data)
            out.lines.push_back(read_line(line));
        out.has_more_lines = json::truth(*json::find(json, "lines"), "has_more").value_or(false);
    }
    return out;
}

CheckoutSession read_session(const Json& json) {
    CheckoutSession out;
    out.id = json::text_or(json, "id", "");
    out.url = json::text_or(json, "url", "");
    out.status = json::text_or(json, "status", "");
    out.payment_status = json::text_or(json, "payment_status", "");
    out.customer = id_of(json, "customer");
    out.subscription = id_of(json, "subscription");
    out.organization = organization_of(json::find(json, "metadata"));
    out.expires_at = moment(json, "expires_at");
    return out;
}

Customer read_customer(const Json& json) {
    Customer out;
    out.id = json::text_or(json, "id", "");
    out.organization = organization_of(json::find(json, "metadata"));
    out.is_deleted = json::truth(json, "deleted").value_or(false);
    out.is_live = json::truth(json, "livemode").value_or(false);
    return out;
}

Charge read_charge(const Json& json) {
    Charge out;
    out.id = json::text_or(json, "id", "");
    out.customer = id_of(json, "customer");
    out.currency = json::text_or(json, "currency", "");
    out.amount = json::integer_or(json, "amount", 0);
    out.refunded = json::integer_or(json, "amount_refunded", 0);
    return out;
}

std::optional<Event> read_event(const Json& json) {
    Event out;
    out.id = json::text_or(json, "id", "");
    out.type = json::text_or(json, "type", "");
    const auto created = moment(json, "created");
    const auto live = json::truth(json, "livemode");
    const auto* object = json::path(json, {"data", "object"});
    if (json::text_or(json, "object", "") != "event" || out.id.empty() || out.type.empty() ||
        !created || !live || object == nullptr || !object->is_object())
        return std::nullopt;
    out.created_at = *created;
    out.is_live = *live;
    out.object = json::text_or(*object, "object", "");
    out.object_id = json::text_or(*object, "id", "");
    out.customer = out.object == "customer" ? out.object_id : id_of(*object, "customer");
    out.charge = out.object == "charge" ? out.object_id : id_of(*object, "charge");
    return out;
}

}  // namespace caas::billing::stripe
