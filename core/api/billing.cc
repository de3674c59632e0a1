// billing: the plans, which of them an organization has, and what of its is locked by it.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/billing_json.h"
#include "core/api/fields.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/billing/lock.h"
#include "core/flow/keep.h"

namespace caas::api {
namespace {

Response list_plans(Call& call) {
    const auto& plans = call.tools().plans();
    auto shown = plans.all();
    // Where plans are sold, nobody can have one that is neither sold nor given to everybody.
    if (plans.has_billing())
        std::erase_if(shown, [&](const config::Plan& plan) {
            return plan.price_cents == 0 && plan.id != plans.unpaid().id;
        });
    return json_response(200, render_list(shown, std::nullopt, [&](const auto& plan) {
                             return render_plan(plans, plan);
                         }));
}

Response subscription(Call& call) {
    return json_response(200, call.tools().store.read([&](store::Reader& reader) {
        return render_subscription(call.tools(), reader, call.principal.organization);
    }));
}

Response keep(Call& call) {
    const auto json = call.json();
    Fields fields(json);
    flow::KeptOpen wish;
    wish.accounts = fields.texts("accounts");
    wish.members = fields.texts("members");
    wish.workspaces = fields.texts("workspaces");
    fields.finish();
    return json_response(200, call.tools().store.write([&](store::Transaction& transaction) {
        flow::keep(call.tools(), transaction, call.principal, wish);
        return render_subscription(call.tools(), transaction, call.principal.organization);
    }));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/billing/plans",
        .access = Access::open,
        .handle = list_plans,
        .summary = "list the plans, what they cost and what they allow",
        .id = "list_plans",
        .answer = "Plan[]"},
    Route{
        .method = "GET",
        .pattern = "/api/v1/billing/subscription",
        .action = Action::read_members,
        .handle = subscription,
        .summary = "show which plan the organization has, and what is locked by it",
        .id = "get_subscription",
        .answer = "Subscription"},
    Route{
        .method = "PUT",
        .pattern = "/api/v1/billing/kept",
        .action = Action::manage_billing,
        .handle = keep,
        .summary = "choose what stays open when a plan allows less than there is",
        .id = "choose_kept",
        .body = "Kept",
        .answer = "Subscription",
        .codes = {Code::not_found, Code::conflict, Code::plan_limit}},
};

}  // namespace

std::span<const Route> billing_routes() {
    return rows;
}

}  // namespace caas::api
