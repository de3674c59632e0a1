// billing: buying a plan, changing it, letting it end; what Stripe shows, and what it says.
#include "core/flow/subscribe.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/access/principal.h"
#include "core/api/billing_json.h"
#include "core/api/fields.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/flow/subscribe_sync.h"

namespace caas::api {
namespace {

Json render(const flow::StripePage& page) {
    return {{"id", page.id}, {"url", page.url}, {"expires_at", or_null(page.expires_at)}};
}

Json render(const flow::PlanChange& change) {
    return {
        {"plan", change.plan},
        {"is_now", change.is_now},
        {"at", or_null(change.at)},
        {"is_pending", change.is_pending},
        {"url", change.page.empty() ? Json() : Json(change.page)},
        {"amount_due", change.amount_due},
        {"currency", change.currency.empty() ? "usd" : change.currency},
        {"as_of", or_null(change.as_of)}};
}

Response shown(Call& call) {
    if (call.context.post)
        call.context.post();
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_subscription(call.tools(), reader, call.principal.organization);
    }));
}

void take_nothing(Call& call) {
    const auto json = call.json();
    Fields(json).finish();
}

Response checkout(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto plan = fields.required_text("plan");
    fields.finish();
    return json_response(201, render(flow::begin_checkout(call.tools(), call.principal, plan)));
}

Response portal(Call& call) {
    take_nothing(call);
    return json_response(201, render(flow::begin_portal(call.tools(), call.principal)));
}

Response preview(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto plan = fields.required_text("plan");
    fields.finish();
    return json_response(200, render(flow::preview_change(call.tools(), call.principal, plan)));
}

Response change(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const auto plan = fields.required_text("plan");
    std::optional<Instant> as_of;
    if (const auto text = fields.text("as_of")) {
        as_of = parse_rfc3339(*text);
        if (!as_of)
            throw Error(
                Code::invalid,
                "`as_of` is no time",
                "give back the one of the preview",
                {{"/as_of", "format", "is no RFC 3339 time"}});
    }
    fields.finish();
    return json_response(200, render(flow::change_plan(call.tools(), call.principal, plan, as_of)));
}

Response cancel(Call& call) {
    take_nothing(call);
    flow::cancel_plan(call.tools(), call.principal);
    return shown(call);
}

Response resume(Call& call) {
    take_nothing(call);
    flow::keep_plan(call.tools(), call.principal);
    return shown(call);
}

Response sync(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    const bool is_all = fields.truth("everything").value_or(false);
    fields.finish();
    if (is_all && !access::allows(call.principal, access::Action::administer_installation))
        throw access::refusal(call.principal, access::Action::administer_installation);
    const auto synced = is_all ? flow::sync_everything(call.tools(), call.request.stop)
                               : flow::sync_organization(call.tools(), call.principal.organization);
    auto differences = Json::array();
    for (const auto& one : synced.differences)
        differences.push_back(
            {{"organization_id", one.organization.text()},
             {"what", one.what},
             {"here", one.here.empty() ? Json() : Json(one.here)},
             {"stripe", one.there}});
    if (call.context.post)
        call.context.post();
    return json_response(
        200,
        {{"customers", synced.customers},
         {"missed_events", synced.missed_events},
         {"differences", std::move(differences)}});
}

using access::Action;

constexpr Codes stripe_codes{
    Code::conflict, Code::platform_refused, Code::platform_unavailable, Code::canceled};

constexpr Route asking(
    std::string_view pattern,
    Response (*handle)(Call&),
    std::string_view id,
    std::string_view what,
    std::string_view body,
    std::string_view answer,
    int status) {
    return {
        .method = "POST",
        .pattern = pattern,
        .action = Action::manage_billing,
        .handle = handle,
        .summary = what,
        .id = id,
        .body = body,
        .answer = answer,
        .status = status,
        .codes = stripe_codes};
}

constexpr std::array rows{
    asking(
        "/api/v1/billing/checkout",
        checkout,
        "begin_checkout",
        "get the page of Stripe on which a plan is bought",
        "PlanChoice",
        "StripePage",
        201),
    asking(
        "/api/v1/billing/portal",
        portal,
        "begin_portal",
        "get the page of Stripe with invoices and cards",
        "",
        "StripePage",
        201),
    asking(
        "/api/v1/billing/preview",
        preview,
        "preview_plan_change",
        "show what changing the plan would cost, and when it takes effect",
        "PlanChoice",
        "PlanChange",
        200),
    asking(
        "/api/v1/billing/change",
        change,
        "change_plan",
        "change the plan: a greater one at once, a smaller one from the end of the period on",
        "PlanChangeOrder",
        "PlanChange",
        200),
    asking(
        "/api/v1/billing/cancel",
        cancel,
        "cancel_plan",
        "let the plan end with its period",
        "",
        "Subscription",
        200),
    asking(
        "/api/v1/billing/resume",
        resume,
        "resume_plan",
        "take back that the plan ends, or end a pause",
        "",
        "Subscription",
        200),
    asking(
        "/api/v1/billing/sync",
        sync,
        "sync_billing",
        "compare with Stripe, set right what differs, and say what it was",
        "SyncOrder",
        "SyncReport",
        200),
};

}  // namespace

std::span<const Route> subscribe_routes() {
    return rows;
}

}  // namespace caas::api
