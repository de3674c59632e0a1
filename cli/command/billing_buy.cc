// caas billing: what asks Stripe for something.
#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"
#include "core/base/money.h"
#include "core/base/time_zone.h"

namespace caas::cli::command {
namespace {

constexpr std::array plan_argument{Argument{"PLAN", "one that is for sale"}};
constexpr std::array page_options{
    Option{.name = "no-browser", .value = "", .help = "print the link and open nothing"},
};
constexpr std::array change_options{
    Option{.name = "preview", .value = "", .help = "say what it costs and change nothing"},
};
constexpr std::array sync_options{
    Option{
        .name = "everything",
        .value = "",
        .help = "all organizations, and what Stripe told of and never arrived"},
};

// The link is the result: it goes to standard output, whether or not a browser shows it too.
int show_page(Call& call, const Answer& answer, std::string_view what) {
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto url = json::text_or(body_of(answer), "url", "");
    const bool may_open =
        !call.has("no-browser") && call.terminal().is_terminal(Stream::err) && call.world().browse;
    const bool is_open = may_open && call.world().browse(url);
    call.say(
        is_open ? "Your browser shows a page of Stripe. If it does not, open this link:"
                : "Open this link in a browser " + std::string(what) + ":");
    call.out(url + "\n");
    return 0;
}

int run_checkout(Call& call) {
    const auto answer =
        call.send({"POST", "billing/checkout", {}, json::dump({{"plan", call.argument(0)}})});
    return show_page(call, answer, "to buy the plan");
}

int run_portal(Call& call) {
    return show_page(
        call, call.send({"POST", "billing/portal", {}, "{}"}), "to see invoices and cards");
}

std::string money(const Json& change) {
    return money_text(
        json::integer_or(change, "amount_due", 0), json::text_or(change, "currency", ""));
}

// After "on" and "from": a date alone.
std::string date_of(Call& call, const Json& object, std::string_view key) {
    const auto when = print::instant_of(object, key);
    return when ? to_local_text(*when, call.zone()) : std::string();
}

void tell_change(Call& call, const Json& change, bool is_preview) {
    const auto plan = json::text_or(change, "plan", "");
    const bool is_now = json::truth(change, "is_now").value_or(false);
    const bool is_pending = json::truth(change, "is_pending").value_or(false);
    if (is_pending) {
        call.out(
            "The payment of " + money(change) +
            " needs you, within 23 hours; until then nothing "
            "is changed:\n\n  " +
            json::text_or(change, "url", "") + "\n");
        return;
    }
    if (!is_now) {
        call.out(
            plan + (is_preview ? " would hold from " : " holds from ") +
            date_of(call, change, "at") + " on; nothing is due now.\n");
        return;
    }
    call.out(
        plan + (is_preview ? " would hold at once; due now: " : " holds now; charged: ") +
        money(change) + "\n");
}

int run_change(Call& call) {
    const Json wish{{"plan", call.argument(0)}};
    const auto preview = call.send({"POST", "billing/preview", {}, json::dump(wish)});
    const auto show = [&](const Answer& answer, bool is_preview) {
        if (call.is_json())
            call.out_json(answer);
        else
            tell_change(call, body_of(answer), is_preview);
        return 0;
    };
    if (call.has("preview"))
        return show(preview, true);
    const auto foretold = body_of(preview);
    const bool is_charged = json::truth(foretold, "is_now").value_or(false) &&
                            json::integer_or(foretold, "amount_due", 0) > 0;
    if (is_charged && !call.confirms("Pay " + money(foretold) + " now?"))
        return declined(call, "Nothing was changed.");
    // Then it costs what was said.
    auto order = wish;
    if (const auto as_of = json::text_or(foretold, "as_of", ""); !as_of.empty())
        order["as_of"] = as_of;
    return show(call.send({"POST", "billing/change", {}, json::dump(order)}), false);
}

constexpr std::string_view look_and_repeat =
    "See what holds: caas billing status. Then order it again.";

bool is_ending(const Json& plan) {
    return json::truth(plan, "cancel_at_period_end").value_or(false);
}

int run_cancel(Call& call) {
    if (!call.confirms("Let the plan end with its period?"))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send({"POST", "billing/cancel", {}, "{}"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto plan = body_of(answer);
    if (json::text_or(plan, "standing", "") == "canceled") {
        call.out("The plan has ended.\n");
        return 0;
    }
    if (!is_ending(plan))
        throw Error(Code::conflict, "The plan goes on", std::string(look_and_repeat));
    call.out("The plan ends on " + date_of(call, plan, "period_end") + ".\n");
    call.say("Nothing will be deleted. To take it back: caas billing resume");
    return 0;
}

int run_resume(Call& call) {
    const auto answer = call.send({"POST", "billing/resume", {}, "{}"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto plan = body_of(answer);
    if (is_ending(plan))
        throw Error(Code::conflict, "The plan still ends", std::string(look_and_repeat));
    if (json::text_or(plan, "standing", "") == "paused")
        call.out("The plan goes on once its invoice is paid: caas billing portal\n");
    else
        call.out("The plan goes on.\n");
    return 0;
}

int run_sync(Call& call) {
    const auto answer = call.send(
        {"POST", "billing/sync", {}, json::dump({{"everything", call.has("everything")}})});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto report = body_of(answer);
    const auto missed = json::integer_or(report, "missed_events", 0);
    if (missed > 0)
        call.say(std::to_string(missed) + " events had not arrived and were fetched.");
    print::Table table({{"WHAT"}, {"HERE"}, {"AT STRIPE"}, {"ORGANIZATION"}});
    for (const auto& one : report.at("differences"))
        table.add(
            {{json::text_or(one, "what", ""), print::Colour::bold},
             {json::text_or(one, "here", "-"), {}},
             {json::text_or(one, "stripe", ""), {}},
             {json::text_or(one, "organization_id", ""), print::Colour::faint}});
    if (table.empty()) {
        call.say("Nothing differed.");
        return 0;
    }
    call.out(table.text(call.width(), call.paint()));
    call.say("It is as Stripe has it now.");
    return 0;
}

}  // namespace

extern constexpr Command billing_checkout{
    .name = "checkout",
    .summary = "buy a plan",
    .about =
        "Opens a page of Stripe, and prints its link. The plan holds when Stripe says that it is "
        "paid, mostly within seconds; `caas billing status` shows it. Until the page is paid on or "
        "a day is over, the same command gives the same page.",
    .arguments = plan_argument,
    .options = page_options,
    .examples =
        "caas billing checkout pro\n"
        "caas billing checkout team --no-browser",
    .children = {},
    .run = run_checkout,
};

extern constexpr Command billing_portal{
    .name = "portal",
    .summary = "see invoices and change the card, at Stripe",
    .about = "Opens a page of Stripe, and prints its link.",
    .arguments = {},
    .options = page_options,
    .examples = {},
    .children = {},
    .run = run_portal,
};

extern constexpr Command billing_change{
    .name = "change",
    .summary = "have another plan",
    .about =
        "A greater plan holds at once, and what is left of the period is charged, after a question "
        "that says how much; a smaller one holds from the end of the period on, and nothing is "
        "charged. The plan that is paid for takes back a smaller one that was ordered.",
    .arguments = plan_argument,
    .options = change_options,
    .examples =
        "caas billing change team --preview\n"
        "caas billing change team\n"
        "caas billing change team --yes",
    .children = {},
    .run = run_change,
};

extern constexpr Command billing_cancel{
    .name = "cancel",
    .summary = "let the plan end with its period",
    .about = "Nothing is deleted then; what is over the limits of the free plan is locked.",
    .arguments = {},
    .options = {},
    .examples = "caas billing cancel --yes",
    .children = {},
    .run = run_cancel,
};

extern constexpr Command billing_resume{
    .name = "resume",
    .summary = "take back that the plan ends, or end a pause",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_resume,
};

extern constexpr Command billing_sync{
    .name = "sync",
    .summary = "compare with Stripe and set right what differs",
    .about =
        "Says what was different. A daemon does it each night; by hand it is needed when events of "
        "Stripe could not arrive.",
    .arguments = {},
    .options = sync_options,
    .examples = "caas billing sync",
    .children = {},
    .run = run_sync,
};

}  // namespace caas::cli::command
