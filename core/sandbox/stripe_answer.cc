#include "core/sandbox/stripe_answer.h"

#include <algorithm>
#include <map>

#include "core/sandbox/stripe_asked.h"

namespace caas::sandbox {
namespace {

Json create_customer(StripeAsked& asked) {
    return render_stripe(asked.world().add_customer(
        asked.value("name"), asked.value("email"), stripe_metadata(asked.pairs(), "metadata")));
}

Json change_customer(StripeAsked& asked) {
    auto* found = asked.world().find_customer(asked.id());
    if (found == nullptr || found->is_deleted)
        throw stripe_missing("customer", asked.id(), "id");
    if (asked.has("email"))
        found->email = asked.value("email");
    if (asked.has("name"))
        found->name = asked.value("name");
    return render_stripe(*found);
}

Json get_customer(StripeAsked& asked) {
    const auto* found = asked.world().find_customer(asked.id());
    if (found == nullptr)
        throw stripe_missing("customer", asked.id(), "id");
    return render_stripe(*found);
}

Json delete_customer(StripeAsked& asked) {
    auto* found = asked.world().find_customer(asked.id());
    if (found == nullptr || found->is_deleted)
        throw stripe_missing("customer", asked.id(), "id");
    asked.world().delete_customer(*found);
    return render_stripe(*found);
}

Json create_session(StripeAsked& asked) {
    if (asked.need("mode") != "subscription")
        throw stripe_invalid("", "mode", "This pretend Stripe sells subscriptions only");
    StripeSession session;
    session.customer = asked.customer("customer").id;
    session.price = asked.price("line_items[0][price]").id;
    if (asked.number("line_items[0][quantity]", 0) != 1)
        throw stripe_invalid(
            "parameter_missing", "line_items[0][quantity]", "A quantity is needed");
    session.success_url = asked.need("success_url");
    session.cancel_url = asked.value("cancel_url");
    for (const auto& url : {session.success_url, session.cancel_url}) {
        if (!url.empty() && !url.starts_with("http"))
            throw stripe_invalid("url_invalid", "success_url", "Not a valid URL");
    }
    session.client_reference_id = asked.value("client_reference_id");
    session.metadata = stripe_metadata(asked.pairs(), "metadata");
    session.subscription_metadata = stripe_metadata(asked.pairs(), "subscription_data[metadata]");
    session.trial_days = static_cast<int>(asked.number("subscription_data[trial_period_days]", 0));
    session.missing_method = asked.word(
        "subscription_data[trial_settings][end_behavior][missing_payment_method]",
        {"cancel", "create_invoice", "pause"},
        "create_invoice");
    session.needs_card =
        asked.word("payment_method_collection", {"always", "if_required"}, "always") == "always";
    asked.word("ui_mode", {"hosted_page", "embedded_page", "elements", "form"}, "hosted_page");
    return render_stripe(asked.world().add_session(std::move(session)));
}

StripeSession& session_of(StripeAsked& asked) {
    auto* found = asked.world().find_session(asked.id());
    if (found == nullptr)
        throw stripe_missing("checkout.session", asked.id(), "session");
    return *found;
}

Json expire_session(StripeAsked& asked) {
    auto& session = session_of(asked);
    if (session.status != "open")
        throw stripe_invalid("", "", "Only Checkout Sessions with a status of open can be expired");
    asked.world().expire(session);
    return render_stripe(session);
}

Json create_portal(StripeAsked& asked) {
    const auto& customer = asked.customer("customer");
    const auto configuration = asked.need("configuration");
    const auto& known = asked.world().configurations;
    if (std::find(known.begin(), known.end(), configuration) == known.end())
        throw stripe_missing("configuration", configuration, "configuration");
    const auto id = asked.world().next_id("bps");
    return {
        {"id", id},
        {"object", "billing_portal.session"},
        {"configuration", configuration},
        {"created", asked.world().now()},
        {"customer", customer.id},
        {"flow", nullptr},
        {"livemode", false},
        {"locale", nullptr},
        {"on_behalf_of", nullptr},
        {"return_url", asked.need("return_url")},
        {"url", "https://portal.stripe.sandbox/" + id}};
}

Json create_portal_configuration(StripeAsked& asked) {
    const auto enabled = [&](const char* feature) {
        return Json{
            {"enabled", asked.value("features[" + std::string(feature) + "][enabled]") == "true"}};
    };
    auto& known = asked.world().configurations;
    known.push_back(asked.world().next_id("bpc"));
    return {
        {"id", known.back()},
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

StripeAnswer find_answer(std::string_view operation) {
    static const std::map<std::string_view, StripeAnswer> all{
        {"POST /v1/customers", create_customer},
        {"POST /v1/customers/{id}", change_customer},
        {"GET /v1/customers/{id}", get_customer},
        {"DELETE /v1/customers/{id}", delete_customer},
        {"POST /v1/checkout/sessions", create_session},
        {"GET /v1/checkout/sessions/{id}",
         [](StripeAsked& asked) { return render_stripe(session_of(asked)); }},
        {"POST /v1/checkout/sessions/{id}/expire", expire_session},
        {"POST /v1/billing_portal/sessions", create_portal},
        {"POST /v1/billing_portal/configurations", create_portal_configuration},
    };
    const auto at = all.find(operation);
    return at == all.end() ? find_stripe_money_answer(operation) : at->second;
}

}  // namespace

Json answer_stripe(StripeWorld& world, const StripeOperation& operation, const StripePairs& pairs) {
    StripeAsked asked(world, operation, pairs);
    return find_answer(operation.name)(asked);
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
