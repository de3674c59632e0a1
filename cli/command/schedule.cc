#include <array>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/due.h"
#include "cli/command/once.h"
#include "cli/command/order.h"
#include "cli/print/moment.h"
#include "cli/print/post.h"
#include "core/base/error.h"
#include "core/base/money.h"
#include "core/base/time_zone.h"
#include "core/net/url.h"
#include "core/platform/account_name.h"
#include "core/text/shell.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};
constexpr std::array options{
    account_option,
    version_option,
    due_options[0],
    due_options[1],
    due_options[2],
    Option{
        .name = "next-slot",
        .value = "",
        .help = "the next weekly slot of each account at which no other post of it waits"},
    Option{
        .name = "every",
        .value = "RULE",
        .help =
            "again and again: \"weekdays 09:00\", \"mon,fri 17:30\", \"monthly last 09:00\" or an "
            "RRULE of RFC 5545; --at says when it starts"},
    key_option,
};

// Adds what says when. Throws Error(usage) unless it is exactly one way.
void add_time(const Call& call, Json& body) {
    const auto every = call.option("every");
    if (every && (call.has("in") || call.has("next-slot")))
        throw Error(Code::usage, "With `--every`, only `--at` and `--tz` say when it starts");
    if (call.has("next-slot")) {
        if (call.has("at") || call.has("in") || call.has("tz"))
            throw Error(Code::usage, "`--next-slot` goes without `--at`, `--in` and `--tz`");
        body["next_slot"] = true;
        return;
    }
    if (every) {
        const auto at = call.option("at").value_or("");
        if (parse_rfc3339(at))
            throw Error(
                Code::usage,
                "With `--every`, `--at` is a local time, and `" + at + "` has an offset",
                "leave the offset out and name the zone: --at \"2026-12-01 09:00\" --tz "
                "Europe/Berlin");
        body["every"] = *every;
        if (call.has("tz") && !call.has("at"))
            body["zone"] = zone_of(call);
    }
    if ((!every || call.has("at")) && !add_due(call, body))
        throw Error(
            Code::usage,
            "`caas schedule` needs a time",
            "add --at \"2026-12-01 09:00\", --in 2h, --next-slot or --every \"weekdays 09:00\"; "
            "`caas publish` sends it now");
}

// Why the posts of an account wait, and the command that lets them go on.
std::string why_waiting(Call& call, const Json& post) {
    const auto name = json::text_or(post, "account", "");
    const auto answer = call.try_send(
        {"GET", "accounts/" + net::percent_encode(json::text_or(post, "account_id", name))});
    const auto account = json::try_parse(answer.body).value_or(Json::object());
    const auto state = json::text_or(account, "state", "");
    const auto start = name + ": waits, since the account ";
    const auto reason = json::text_or(account, "state_reason", "");
    const auto because = reason.empty() ? std::string() : " (" + reason + ")";
    if (answer.status == 200 && state == "paused")
        return start + "is paused" + because + ". Go on with: caas account resume " +
               text::shell_word(name);
    if (answer.status == 200 && state == "needs_sign_in")
        return start + "needs a sign-in" + because + ". Go on with: " +
               platform::connect_again(json::text_or(account, "platform", ""), name);
    return name + ": waits. See: caas account list";
}

// Says of each account once why its posts wait. Whether any post does not.
bool say_waiting(Call& call, const Json& posts) {
    std::set<std::string> said;
    bool goes_out = posts.empty();
    for (const auto& post : posts) {
        if (json::text_or(post, "state", "") != "paused")
            goes_out = true;
        else if (said.insert(json::text_or(post, "account", "")).second)
            call.say(why_waiting(call, post));
    }
    return goes_out;
}

int run(Call& call) {
    auto body = order_body(call);
    add_time(call, body);
    const auto answer = send_once(call, {"POST", "posts", {}, json::dump(body)});
    const auto made = body_of(answer);
    const int status =
        has_lost(call, answer, made.at("items")) ? facts(Code::unconfirmed).exit_status : 0;
    double cost = 0;
    for (const auto& post : made.at("items")) {
        if (const auto note = print::time_note(post); !note.empty())
            call.warn("note: " + note);
        cost += heed_forecast(call, post);
    }
    if (call.is_json()) {
        call.out_json(answer);
        return status;
    }
    if (call.is_quiet()) {
        for (const auto& post : made.at("items"))
            call.out(json::text_or(post, "id", "") + "\n");
        return status;
    }
    auto table = print::post_table();
    for (const auto& post : made.at("items"))
        print::add_post(table, post, {call.now(), call.zone()});
    call.out(table.text(call.width(), call.paint()));
    for (const auto& post : made.at("items"))
        call.say(
            json::text_or(post, "account", "") + ": due " +
            print::moment_of(post, "due_at", call.now(), json::text_or(post, "zone", call.zone())));
    if (cost > 0)
        call.say(
            "The platforms will charge about " + exact_dollars(std::llround(cost * 1e6)) + ".");
    if (call.has("every"))
        call.say("And so on: see caas series list");
    if (was_done_before(call, answer))
        call.say("That is how it was ordered. How it stands now: caas posts list");
    else if (say_waiting(call, made.at("items")))
        call.say("It goes out while caasd runs, or with `caasd --once`. Watch: caas posts list");
    return status;
}

}  // namespace

extern constexpr Command schedule{
    .name = "schedule",
    .summary = "send a content to accounts at a time",
    .about =
        "The version that is the latest now is pinned: later edits do not change the post. A "
        "local time that does not exist moves forward by the gap, one that happens twice takes "
        "the first; either is said. With --every, each occurrence pins the version that is the "
        "latest when its post is made, unless --version names one; see caas-series(1).",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas schedule 1a2b3c4d --account outbox --in 2h\n"
        "caas schedule 1a2b3c4d --account work --at \"2026-12-01 09:00\" --tz Europe/Berlin\n"
        "caas schedule 1a2b3c4d --account work --next-slot\n"
        "caas schedule 1a2b3c4d --account work --every \"weekdays 09:00\"\n"
        "caas schedule 1a2b3c4d --account work --every \"FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9\"",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
