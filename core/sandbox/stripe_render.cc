#include "core/sandbox/stripe_render.h"

#include <nlohmann/json.hpp>

namespace caas::sandbox {
namespace {

Json render(const StripePairs& metadata) {
    auto out = Json::object();
    for (const auto& [key, value] : metadata)
        out[key] = value;
    return out;
}

Json moment(Seconds seconds) {
    return seconds == 0 ? Json() : Json(seconds);
}

Json word(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json no_reason() {
    return {{"comment", nullptr}, {"feedback", nullptr}, {"reason", nullptr}};
}

std::string page_of(const std::string& id) {
    return "https://pay.stripe.sandbox/" + id;
}

}  // namespace

Json render_stripe(const StripePrice& price) {
    return {
        {"id", price.id},
        {"object", "price"},
        {"active", price.is_active},
        {"billing_scheme", "per_unit"},
        {"created", price.created},
        {"currency", "usd"},
        {"custom_unit_amount", nullptr},
        {"livemode", false},
        {"lookup_key", word(price.lookup_key)},
        {"metadata", Json::object()},
        {"nickname", nullptr},
        {"product", price.product},
        {"recurring",
         {{"interval", "month"},
          {"interval_count", 1},
          {"meter", nullptr},
          {"trial_period_days", nullptr},
          {"usage_type", "licensed"}}},
        {"tax_behavior", "unspecified"},
        {"tiers_mode", nullptr},
        {"transform_quantity", nullptr},
        {"type", "recurring"},
        {"unit_amount", price.amount},
        {"unit_amount_decimal", std::to_string(price.amount)}};
}

Json render_stripe(const StripeCustomer& customer) {
    if (customer.is_deleted)
        return {{"id", customer.id}, {"object", "customer"}, {"deleted", true}};
    return {
        {"id", customer.id},
        {"object", "customer"},
        {"address", nullptr},
        {"balance", customer.balance},
        {"created", customer.created},
        {"currency", "usd"},
        {"default_source", nullptr},
        {"delinquent", false},
        {"description", nullptr},
        {"email", word(customer.email)},
        {"invoice_settings",
         {{"custom_fields", nullptr},
          {"default_payment_method", nullptr},
          {"footer", nullptr},
          {"rendering_options", nullptr}}},
        {"livemode", false},
        {"metadata", render(customer.metadata)},
        {"name", word(customer.name)},
        {"phone", nullptr},
        {"preferred_locales", Json::array()},
        {"shipping", nullptr},
        {"tax_exempt", "none"},
        {"test_clock", nullptr}};
}

Json render_stripe(const StripeSession& session) {
    return {
        {"id", session.id},
        {"object", "checkout.session"},
        {"allow_promotion_codes", nullptr},
        {"amount_subtotal", nullptr},
        {"amount_total", nullptr},
        {"automatic_tax",
         {{"enabled", false}, {"liability", nullptr}, {"provider", nullptr}, {"status", nullptr}}},
        {"cancel_url", word(session.cancel_url)},
        {"client_reference_id", word(session.client_reference_id)},
        {"created", session.created},
        {"currency", "usd"},
        {"customer", session.customer},
        {"customer_details", nullptr},
        {"customer_email", nullptr},
        {"expires_at", session.expires},
        {"invoice", nullptr},
        {"livemode", false},
        {"locale", nullptr},
        {"metadata", render(session.metadata)},
        {"mode", "subscription"},
        {"payment_intent", nullptr},
        {"payment_status", session.payment_status},
        {"setup_intent", nullptr},
        {"status", session.status},
        {"subscription", word(session.subscription)},
        {"success_url", session.success_url},
        {"ui_mode", "hosted_page"},
        {"url", session.status == "open" ? Json(page_of(session.id)) : Json()}};
}

Json render_stripe(const StripeLine& line, const StripeInvoice& invoice) {
    return {
        {"id", line.id},
        {"object", "line_item"},
        {"amount", line.amount},
        {"currency", "usd"},
        {"description", line.description},
        {"discount_amounts", Json::array()},
        {"discountable", !line.is_proration},
        {"discounts", Json::array()},
        {"invoice", invoice.id},
        {"livemode", false},
        {"metadata", Json::object()},
        {"parent",
         {{"type", "subscription_item_details"},
          {"invoice_item_details", nullptr},
          {"subscription_item_details",
           {{"invoice_item", nullptr},
            {"proration", line.is_proration},
            {"proration_details", {{"credited_items", nullptr}}},
            {"subscription", invoice.subscription},
            {"subscription_item", "si_of_" + invoice.subscription}}}}},
        {"period", {{"start", line.start}, {"end", line.end}}},
        {"pretax_credit_amounts", nullptr},
        {"pricing",
         {{"type", "price_details"},
          {"price_details", {{"price", line.price}, {"product", "prod_of_" + line.price}}},
          {"unit_amount_decimal", nullptr}}},
        {"quantity", 1},
        {"subscription", word(invoice.subscription)},
        {"taxes", Json::array()}};
}

Json render_stripe(const StripeInvoice& invoice, const StripePairs& metadata) {
    auto lines = Json::array();
    for (const auto& line : invoice.lines)
        lines.push_back(render_stripe(line, invoice));
    const bool is_paid = invoice.status == "paid";
    const bool is_out = invoice.status != "draft" && !invoice.id.empty();
    return {
        {"id", invoice.id},
        {"object", "invoice"},
        {"amount_due", invoice.due()},
        {"amount_paid", is_paid ? invoice.due() : 0},
        {"amount_remaining", is_paid ? 0 : invoice.due()},
        {"attempt_count", invoice.attempts},
        {"attempted", invoice.attempts > 0},
        {"auto_advance", invoice.status == "draft" || invoice.status == "open"},
        {"billing_reason", invoice.reason},
        {"collection_method", "charge_automatically"},
        {"created", invoice.created},
        {"currency", "usd"},
        {"customer", invoice.customer},
        {"hosted_invoice_url", is_out ? Json(page_of(invoice.id)) : Json()},
        {"invoice_pdf", is_out ? Json(page_of(invoice.id) + ".pdf") : Json()},
        {"last_finalization_error", nullptr},
        {"lines",
         render_stripe_list(std::move(lines), false, "/v1/invoices/" + invoice.id + "/lines")},
        {"livemode", false},
        {"metadata", Json::object()},
        {"next_payment_attempt", moment(invoice.next_attempt)},
        {"number", nullptr},
        {"parent",
         {{"type", "subscription_details"},
          {"quote_details", nullptr},
          {"subscription_details",
           {{"metadata", render(metadata)}, {"subscription", invoice.subscription}}}}},
        {"period_start", invoice.created},
        {"period_end", invoice.created},
        {"status", invoice.status},
        {"status_transitions",
         {{"finalized_at", nullptr},
          {"marked_uncollectible_at", nullptr},
          {"paid_at", moment(invoice.paid_at)},
          {"voided_at", nullptr}}},
        {"subtotal", invoice.total()},
        {"total", invoice.total()}};
}

Json render_stripe(const StripeCharge& charge) {
    return {
        {"id", charge.id},
        {"object", "charge"},
        {"amount", charge.amount},
        {"amount_captured", charge.amount},
        {"amount_refunded", charge.refunded},
        {"captured", true},
        {"created", charge.created},
        {"currency", "usd"},
        {"customer", charge.customer},
        {"disputed", charge.is_disputed},
        {"livemode", false},
        {"metadata", Json::object()},
        {"paid", true},
        {"refunded", charge.refunded == charge.amount},
        {"status", "succeeded"}};
}

Json render_stripe(const StripeSubscription& subscription, const StripePrice& price) {
    auto items = Json::array();
    items.push_back(
        {{"id", subscription.item},
         {"object", "subscription_item"},
         {"created", subscription.created},
         {"current_period_start", subscription.period_start},
         {"current_period_end", subscription.period_end},
         {"discounts", Json::array()},
         {"metadata", Json::object()},
         {"price", render_stripe(price)},
         {"quantity", 1},
         {"subscription", subscription.id},
         {"tax_rates", Json::array()}});
    Json pending;
    if (subscription.pending)
        pending = {
            {"billing_cycle_anchor", nullptr},
            {"expires_at", subscription.pending->expires},
            {"subscription_items", Json::array()},
            {"trial_end", nullptr},
            {"trial_from_plan", nullptr}};
    return {
        {"id", subscription.id},
        {"object", "subscription"},
        {"application", nullptr},
        {"application_fee_percent", nullptr},
        {"automatic_tax",
         {{"disabled_reason", nullptr}, {"enabled", false}, {"liability", nullptr}}},
        {"billing_cycle_anchor", subscription.anchor},
        {"billing_mode", {{"type", "flexible"}, {"flexible", Json::object()}}},
        {"cancel_at", moment(subscription.cancel_at)},
        {"cancel_at_period_end", subscription.cancels_at_period_end},
        {"canceled_at", moment(subscription.canceled_at)},
        {"cancellation_details", no_reason()},
        {"collection_method", "charge_automatically"},
        {"created", subscription.created},
        {"currency", "usd"},
        {"customer", subscription.customer},
        {"days_until_due", nullptr},
        {"default_payment_method", nullptr},
        {"discounts", Json::array()},
        {"ended_at", moment(subscription.ended_at)},
        {"items",
         render_stripe_list(
             std::move(items), false, "/v1/subscription_items?subscription=" + subscription.id)},
        {"latest_invoice", word(subscription.latest_invoice)},
        {"livemode", false},
        {"metadata", render(subscription.metadata)},
        {"pause_collection", nullptr},
        {"pending_setup_intent", nullptr},
        {"pending_update", std::move(pending)},
        {"schedule", nullptr},
        {"start_date", subscription.created},
        {"status", subscription.status},
        {"test_clock", nullptr},
        {"trial_end", moment(subscription.trial_end)},
        {"trial_settings",
         {{"end_behavior", {{"missing_payment_method", subscription.missing_method}}}}},
        {"trial_start", moment(subscription.trial_start)}};
}

Json render_stripe_dispute(const StripeCharge& charge, const std::string& id, Seconds now) {
    return {
        {"id", id},
        {"object", "dispute"},
        {"amount", charge.amount},
        {"charge", charge.id},
        {"created", now},
        {"currency", "usd"},
        {"livemode", false},
        {"metadata", Json::object()},
        {"reason", "fraudulent"},
        {"status", "needs_response"}};
}

Json render_stripe_list(Json data, bool has_more, std::string_view url) {
    return {{"object", "list"}, {"data", std::move(data)}, {"has_more", has_more}, {"url", url}};
}

}  // namespace caas::sandbox
