#include "core/api/billing_json.h"

#include <nlohmann/json.hpp>

#include "core/api/render.h"
#include "core/base/time_zone.h"
#include "core/billing/gate.h"
#include "core/flow/keep.h"

namespace caas::api {
namespace {

using config::Limit;

Json lifted_by(const billing::Plans& plans, Limit limit, std::int64_t wanted) {
    const auto* plan = billing::lifting_plan(plans, limit, wanted);
    return plan == nullptr ? Json() : Json(plan->id);
}

Json render_locks(
    const flow::Tools& tools, store::Reader& reader, const OrganizationId& organization) {
    auto out = Json::array();
    for (const auto& lock : flow::list_locked(tools, reader, organization))
        out.push_back(
            {{"kind", billing::name(lock.lock.kind)},
             {"id", lock.lock.item},
             {"name", lock.name},
             {"locked_at", to_rfc3339(lock.lock.locked_at)}});
    return out;
}

}  // namespace

Json render_plan(const billing::Plans& plans, const config::Plan& plan) {
    auto limits = Json::object();
    for (const auto& facts : config::limits())
        limits[std::string(facts.name)] = or_null(plan.limit(facts.limit));
    return {
        {"id", plan.id},
        {"title", plan.title},
        {"price_cents", plan.price_cents},
        {"currency", "usd"},
        {"lookup_key", said(plan.lookup_key)},
        {"tokens_per_period", or_null(plan.limit(Limit::tokens_per_period))},
        {"limits", std::move(limits)},
        {"is_for_sale", plans.has_billing() && plan.price_cents > 0},
        {"is_default", plan.id == plans.unpaid().id}};
}

Json render_subscription(
    const flow::Tools& tools, store::Reader& reader, const OrganizationId& organization) {
    const auto& plans = tools.plans();
    const auto now = tools.clock.now();
    const auto state = billing::plan_of(plans, reader, organization, now);
    const bool is_bought = state.standing != billing::Standing::none;
    const auto& in_force = billing::plan_in_force(plans, reader, organization, now);
    return {
        {"organization_id", organization.text()},
        {"plan", in_force.id},
        {"title", in_force.title},
        {"price_cents", in_force.price_cents},
        {"ordered_plan", is_bought ? Json(state.plan) : Json()},
        {"standing", billing::name(state.standing)},
        {"since", is_bought ? Json(to_rfc3339(state.since)) : Json()},
        {"period_start", or_null(state.period_start)},
        {"period_end", or_null(state.period_end)},
        {"trial_end", or_null(state.trial_end)},
        {"grace_until", or_null(state.grace_until)},
        {"cancel_at_period_end", state.cancel_at_period_end},
        {"next_plan", or_null(state.next_plan)},
        {"locked", render_locks(tools, reader, organization)},
        {"has_billing", plans.has_billing()}};
}

Json render_sums(const billing::Sums& sums) {
    return {
        {"generations", sums.generations},
        {"tokens", sums.tokens},
        {"input_tokens", sums.input_tokens},
        {"output_tokens", sums.output_tokens},
        {"cost_usd", static_cast<double>(sums.microdollars) / 1e6}};
}

Json render_limits(
    const flow::Tools& tools, store::Reader& reader, const OrganizationId& organization) {
    const auto& plans = tools.plans();
    const auto now = tools.clock.now();
    const auto& plan = billing::plan_in_force(plans, reader, organization, now);
    auto out = Json::array();
    for (const auto& facts : config::limits()) {
        // Tokens have an account of their own.
        if (facts.limit == Limit::tokens_per_period)
            continue;
        const bool is_counted =
            facts.limit != Limit::variants && facts.limit != Limit::history_days;
        const auto used = billing::count_used(reader, organization, facts.limit, now);
        const auto most = plan.limit(facts.limit);
        out.push_back(
            {{"limit", facts.name},
             {"title", facts.title},
             {"used", is_counted ? Json(used) : Json()},
             {"most", or_null(most)},
             {"lifted_by",
              most ? lifted_by(plans, facts.limit, std::max(used, *most) + 1) : Json()}});
    }
    return out;
}

}  // namespace caas::api
