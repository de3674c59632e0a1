// organizations/{id}/usage: what is used of the plan, by whom and with which models, day by day.
#include <algorithm>
#include <array>
#include <chrono>

#include <nlohmann/json.hpp>

#include "core/api/billing_json.h"
#include "core/api/render.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/balance.h"
#include "core/billing/gate.h"
#include "core/billing/period.h"
#include "core/billing/plan_bought.h"

namespace caas::api {
namespace {

constexpr std::int64_t most_days = 400;

std::optional<std::int64_t> take_day(Call& call, std::string_view name) {
    const auto text = call.query.text(name);
    if (!text)
        return std::nullopt;
    const auto instant = parse_rfc3339(*text + "T00:00:00Z");
    if (!instant || text->size() != 10)
        throw Error(
            Code::invalid,
            "`" + std::string(name) + "` must be a day",
            "write it like 2026-11-29",
            {{"/" + std::string(name), "format", "must be a day"}});
    return billing::day_of(*instant);
}

// What was paid for; else when the tokens that are there now were given, and when the first of them
// end; where tokens are not limited, the month of the calendar.
billing::Period period_of(
    const billing::PlanState& state, const billing::Balance& balance, Instant now) {
    if (state.period_start && state.period_end && *state.period_start <= now &&
        now < *state.period_end)
        return {*state.period_start, *state.period_end};
    const auto month = billing::calendar_month(now);
    if (balance.purses.empty())
        return month;
    return {balance.newest(), balance.first_end().value_or(month.end)};
}

billing::Days days_of(
    const std::optional<std::int64_t>& from,
    const std::optional<std::int64_t>& to,
    const billing::Period& period,
    Instant now) {
    billing::Days days;
    days.last = to.value_or(billing::day_of(now));
    days.first = from.value_or(std::min(billing::day_of(period.start), days.last));
    if (days.first > days.last)
        throw Error(Code::invalid, "`from` is after `to`");
    if (days.last - days.first >= most_days)
        throw Error(
            Code::invalid,
            "From `from` to `to` are more than " + std::to_string(most_days) + " days",
            "ask for a year at a time");
    return days;
}

void require_history(
    const billing::Plans& plans, const config::Plan& plan, std::int64_t first, Instant now) {
    const auto most = plan.limit(config::Limit::history_days);
    const auto back = billing::day_of(now) - first;
    if (most && back > *most)
        throw billing::over_limit(plans, plan, config::Limit::history_days, 0, back);
}

Json render_tokens(
    const config::Plan& plan, const billing::Balance& balance, const billing::Sums& in_period) {
    const bool is_limited = plan.limit(config::Limit::tokens_per_period).has_value();
    return {
        {"used", is_limited ? balance.spent() : in_period.tokens},
        {"reserved", balance.reserved},
        {"granted", is_limited ? Json(balance.granted()) : Json()},
        {"left", is_limited ? Json(balance.left()) : Json()}};
}

Json render_cap(const flow::Tools& tools, store::Reader& reader, const OrganizationId& id) {
    const auto month = billing::calendar_month(tools.clock.now());
    const auto sums = billing::usage_in(
        reader, id, {billing::day_of(month.start), billing::day_of(month.end) - 1});
    const auto cap = tools.settings.integer("plans.monthly_cap_cents");
    return {
        {"month_usd", static_cast<double>(sums.microdollars) / 1e6},
        {"cap_cents", cap == 0 ? Json() : Json(cap)}};
}

template <typename List, typename Name>
Json render_shares(const List& list, Name name) {
    auto out = Json::array();
    for (const auto& item : list) {
        auto one = render_sums(item.sums);
        name(one, item);
        out.push_back(std::move(one));
    }
    return out;
}

Json render_usage(
    const flow::Tools& tools,
    store::Reader& reader,
    const OrganizationId& id,
    const std::optional<std::int64_t>& from,
    const std::optional<std::int64_t>& to) {
    const auto now = tools.clock.now();
    const auto& plan = billing::plan_in_force(tools.plans(), reader, id, now);
    const auto balance = billing::balance_of(reader, id, now);
    const auto state = billing::plan_of(tools.plans(), reader, id, now);
    const bool is_bought = billing::plan_bought(tools.plans(), state, now) != nullptr;
    const auto period = period_of(is_bought ? state : billing::PlanState{}, balance, now);
    const auto days = days_of(from, to, period, now);
    if (from || to)
        require_history(tools.plans(), plan, days.first, now);
    const auto in_period =
        billing::usage_in(reader, id, {billing::day_of(period.start), billing::day_of(now)});
    return {
        {"organization_id", id.text()},
        {"plan", plan.id},
        {"title", plan.title},
        {"period_start", to_rfc3339(period.start)},
        {"period_end", to_rfc3339(period.end)},
        {"tokens", render_tokens(plan, balance, in_period)},
        {"limits", render_limits(tools, reader, id)},
        {"cost", render_cap(tools, reader, id)},
        {"from", billing::day_text(billing::start_of_day(days.first))},
        {"to", billing::day_text(billing::start_of_day(days.last))},
        {"total", render_sums(billing::usage_in(reader, id, days))},
        {"members",
         render_shares(
             billing::usage_by_member(reader, id, days),
             [](Json& out, const billing::MemberSums& item) {
                 out["id"] = item.person.text();
                 out["name"] = said(item.name);
             })},
        {"models",
         render_shares(
             billing::usage_by_model(reader, id, days),
             [](Json& out, const billing::ModelSums& item) {
                 out["provider"] = item.provider;
                 out["model"] = item.model;
             })},
        {"days",
         render_shares(
             billing::usage_by_day(reader, id, days), [](Json& out, const billing::DaySums& item) {
                 out["day"] = billing::day_text(billing::start_of_day(item.day));
             })}};
}

Response usage(Call& call) {
    const auto from = take_day(call, "from");
    const auto to = take_day(call, "to");
    const auto& tools = call.tools();
    const auto& id = call.principal.organization;
    const auto now = tools.clock.now();
    const bool is_due = tools.store.read([&](store::Reader& reader) {
        return billing::needs_refill(tools.plans(), reader, id, now);
    });
    if (is_due)
        tools.store.write([&](store::Transaction& transaction) {
            billing::refill(tools.plans(), transaction, tools.ids, id, now);
        });
    return json_response(200, tools.store.read([&](store::Reader& reader) {
        return render_usage(tools, reader, id, from, to);
    }));
}

using access::Action;

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/v1/organizations/{id}/usage",
        .action = Action::read_members,
        .handle = usage,
        .summary = "show what is used of the plan, by whom and with what, day by day",
        .id = "get_usage",
        .query = "from_day to_day",
        .answer = "Usage",
        .codes = {Code::plan_limit}},
};

}  // namespace

std::span<const Route> usage_routes() {
    return rows;
}

}  // namespace caas::api
