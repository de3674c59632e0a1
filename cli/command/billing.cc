#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/tenancy.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"
#include "core/base/money.h"

namespace caas::cli::command {
namespace {

constexpr std::array keep_options{
    Option{
        .name = "account",
        .value = "NAME",
        .help = "an account that stays open, by name or id",
        .is_repeatable = true},
    Option{
        .name = "member",
        .value = "NAME",
        .help = "a member who may go on, by name, e-mail address or id",
        .is_repeatable = true},
    Option{
        .name = "workspace",
        .value = "NAME",
        .help = "a workspace that stays open, by name or id",
        .is_repeatable = true},
};

std::string limit_text(const Json& limits, std::string_view key) {
    const auto most = json::integer(limits, key);
    return most ? grouped(*most) : "any";
}

std::string price_text(const Json& plan) {
    const auto cents = json::integer_or(plan, "price_cents", 0);
    return cents == 0 ? "free" : dollars(cents * microdollars_per_cent);
}

int run_plans(Call& call) {
    const auto answer = call.send({"GET", "billing/plans"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    print::Table table(
        {{"PLAN"},
         {"A MONTH", true},
         {"TOKENS", true},
         {"MEMBERS", true},
         {"WORKSPACES", true},
         {"ACCOUNTS", true},
         {"PLATFORMS", true},
         {"SCHEDULED", true},
         {"VARIANTS", true},
         {"API TOKENS", true},
         {"HISTORY", true}});
    const auto plans = body_of(answer);
    bool is_for_sale = false;
    for (const auto& plan : plans.at("items")) {
        const auto& limits = plan.at("limits");
        is_for_sale = is_for_sale || json::truth(plan, "is_for_sale").value_or(false);
        table.add(
            {{json::text_or(plan, "id", ""), print::Colour::bold},
             {price_text(plan), {}},
             {limit_text(limits, "tokens_per_period"), {}},
             {limit_text(limits, "members"), {}},
             {limit_text(limits, "workspaces"), {}},
             {limit_text(limits, "accounts"), {}},
             {limit_text(limits, "platforms"), {}},
             {limit_text(limits, "scheduled_posts"), {}},
             {limit_text(limits, "variants"), {}},
             {limit_text(limits, "api_tokens"), {}},
             {limit_text(limits, "history_days"), {}}});
    }
    call.out(table.text(call.width(), call.paint()));
    call.say(
        is_for_sale ? "Take one with: caas billing checkout PLAN"
                    : "None is sold here: there is no STRIPE_SECRET_KEY.");
    return 0;
}

void show_locked(Call& call, const Json& locked) {
    if (locked.empty())
        return;
    print::Table table({{"LOCKED"}, {"NAME"}, {"ID"}, {"SINCE"}, {"WHAT THAT MEANS"}});
    for (const auto& item : locked) {
        const auto kind = json::text_or(item, "kind", "");
        table.add(
            {{kind, print::Colour::yellow},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "id", ""), {}},
             {print::relative_of(item, "locked_at", call.now()), {}},
             {kind == "account"  ? "takes no new posts"
              : kind == "member" ? "may only look"
                                 : "is read-only",
              {}}});
    }
    call.out("\n" + table.text(call.width(), call.paint()));
    call.say(
        "Nothing is deleted, and what was scheduled goes out. Choose what stays open with: caas "
        "billing keep");
}

void show_status(Call& call, const Json& status) {
    const auto moment = [&](std::string_view key) {
        return print::moment_of(status, key, call.now(), call.zone());
    };
    const bool cancels = json::truth(status, "cancel_at_period_end").value_or(false);
    const auto ordered = json::text_or(status, "ordered_plan", "");
    call.out(print::fields(
        {{"plan", {json::text_or(status, "title", ""), print::Colour::bold}},
         {"standing", {json::text_or(status, "standing", ""), {}}},
         {"bought", {ordered, {}}},
         {"since", {moment("since"), {}}},
         {"period began", {moment("period_start"), {}}},
         {"period ends", {moment("period_end"), {}}},
         {"trial ends", {moment("trial_end"), {}}},
         {"to be paid by", {moment("grace_until"), print::Colour::red}},
         {"at its end", {cancels ? "it is canceled" : "", print::Colour::yellow}},
         {"then", {json::text_or(status, "next_plan", ""), {}}}},
        call.paint()));
    if (!json::truth(status, "has_billing").value_or(false))
        call.say("Nothing is sold here: there is no STRIPE_SECRET_KEY.");
    show_locked(call, status.at("locked"));
}

int show_or_print(Call& call, const Answer& answer) {
    if (call.is_json())
        call.out_json(answer);
    else
        show_status(call, body_of(answer));
    return 0;
}

int run_status(Call& call) {
    return show_or_print(call, call.send({"GET", "billing/subscription"}));
}

int run_keep(Call& call) {
    auto body = Json::object();
    if (call.has("account"))
        body["accounts"] = call.list("account");
    if (call.has("member"))
        body["members"] = call.list("member");
    if (call.has("workspace"))
        body["workspaces"] = call.list("workspace");
    if (body.empty())
        throw Error(
            Code::usage,
            "`caas billing keep` needs something to keep",
            "add --account, --member or --workspace; `caas billing status` lists what is "
            "locked");
    return show_or_print(call, call.send({"PUT", "billing/kept", {}, json::dump(body)}));
}

constexpr Command plans{
    .name = "plans",
    .summary = "list the plans, what they cost and what they allow",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_plans,
};

constexpr Command status{
    .name = "status",
    .summary = "show the plan, how it stands, and what is locked by it",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_status,
};

constexpr Command keep{
    .name = "keep",
    .summary = "choose what stays open when the plan allows less than there is",
    .about =
        "What a plan does not allow is locked, and nothing is deleted: an account takes no new "
        "posts, a member may only look, a workspace is read-only. Unless an owner chooses, the "
        "newest are locked first. What was scheduled goes out all the same. A larger plan unlocks "
        "everything that it allows.\n"
        "Each option replaces what was chosen of its kind before; more than the plan allows "
        "cannot be chosen.",
    .arguments = {},
    .options = keep_options,
    .examples = "caas billing keep --account company --account shop --member ben@example.org",
    .children = {},
    .run = run_keep,
};

constexpr std::array<const Command*, 9> children{
    &plans,
    &status,
    &billing_checkout,
    &billing_portal,
    &billing_change,
    &billing_cancel,
    &billing_resume,
    &keep,
    &billing_sync};

}  // namespace

extern constexpr Command billing{
    .name = "billing",
    .summary = "plans, and which one the organization has",
    .about = {},
    .arguments = {},
    .options = {},
    .examples =
        "caas billing plans\n"
        "caas billing checkout pro\n"
        "caas billing status",
    .children = children,
};

}  // namespace caas::cli::command
