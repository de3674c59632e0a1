#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "cli/print/width.h"
#include "core/platform/account_name.h"
#include "core/text/shell.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ACCOUNT", "name or id"}};
constexpr std::array<const Command*, 6> children{
    &account_connect,
    &account_list,
    &account_check,
    &account_pause,
    &account_resume,
    &account_disconnect,
};

std::string path_of(const Call& call) {
    return "accounts/" + net::percent_encode(call.argument(0));
}

std::string title_of(const Json& account) {
    return json::text_or(account, "name", print::short_id_of(account));
}

int run_list(Call& call) {
    const auto list = fetch_list(call, "accounts");
    if (!list)
        return 0;
    print::Table table(
        {{"ID"},
         {"NAME"},
         {"PLATFORM"},
         {"STATE"},
         {"HANDLE", false, true},
         {"ZONE"},
         {"WHY", false, true}});
    for (const auto& item : list->at("items")) {
        const auto state = json::text_or(item, "state", "");
        const bool is_locked = json::text(item, "locked_at").has_value();
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "platform", ""), {}},
             {state + (is_locked ? ", locked" : ""),
              is_locked ? print::Colour::yellow : print::colour_of_state(state)},
             {json::text_or(item, "handle", ""), {}},
             {json::text_or(item, "zone", ""), print::Colour::faint},
             {json::text_or(item, "state_reason", is_locked ? "over the plan's limit" : ""), {}}});
    }
    if (table.empty())
        call.say("No account is connected. Begin with: caas account connect bluesky");
    else
        call.out(table.text(call.width(), call.paint()));
    return 0;
}

int finish(Call& call, const Answer& answer, std::string_view what) {
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto account = json::try_parse(answer.body).value_or(Json::object());
    call.say("The account " + title_of(account) + " " + std::string(what));
    return 0;
}

// What the sign-in lacks, and how long it lasts.
void say_sign_in(Call& call, const Json& account) {
    const auto* identity = json::find(account, "identity");
    if (identity == nullptr)
        return;
    const auto at = [&](std::string_view key) {
        return print::moment_of(*identity, key, call.now(), call.zone());
    };
    const auto expires = at("expires_at");
    const auto ends = at("ends_at");
    const bool renews = json::truth(*identity, "renews").value_or(false);
    if (renews && !expires.empty())
        call.say("Its token expires " + expires + "; caas renews it by itself before that.");
    if (!ends.empty())
        call.say("You have to sign in again before its end, " + ends + ".");
    std::string missing;
    if (const auto* list = json::find(*identity, "missing_scopes"); list != nullptr) {
        for (const auto& scope : *list)
            missing += (missing.empty() ? "" : ", ") + scope.get<std::string>();
    }
    if (!missing.empty())
        call.warn(
            "Not allowed at the platform, so that something will fail: " + missing +
            ". Connect it again: " +
            platform::connect_again(json::text_or(account, "platform", ""), title_of(account)));
}

int run_check(Call& call) {
    const auto answer = call.send({"POST", path_of(call) + "/check", {}, "{}"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto account = body_of(answer);
    const auto state = json::text_or(account, "state", "");
    call.out(
        call.paint()(print::colour_of_state(state), state) + "  " +
        print::one_line(title_of(account)) + "  " +
        print::one_line(json::text_or(account, "handle", "")) + "\n");
    say_sign_in(call, account);
    return 0;
}

int run_pause(Call& call) {
    const auto answer = call.send({"POST", path_of(call) + "/pause", {}, "{}"});
    const auto account = json::try_parse(answer.body).value_or(Json::object());
    const auto state = json::text_or(account, "state", "");
    if (state != "paused")
        return finish(call, answer, "is not paused, but " + state + ".");
    return finish(
        call,
        answer,
        "is paused: its posts wait. Go on with: caas account resume " +
            text::shell_word(title_of(account)));
}

int run_resume(Call& call) {
    const auto answer = call.send({"POST", path_of(call) + "/resume", {}, "{}"});
    return finish(call, answer, "is active.");
}

std::string counted(std::int64_t count) {
    return std::to_string(count) + (count == 1 ? " post" : " posts");
}

// What became of posts that were not out yet.
void say_ended(Call& call, const Json& gone) {
    if (const auto count = json::integer_or(gone, "canceled_posts", 0); count > 0)
        call.say("Canceled: " + counted(count) + ".");
    if (const auto count = json::integer_or(gone, "failed_posts", 0); count > 0)
        call.say(
            "Failed half-way: " + counted(count) +
            ". See: caas posts list --state failed; connect the account again to go on.");
    if (const auto count = json::integer_or(gone, "unconfirmed_posts", 0); count > 0)
        call.say(
            "In doubt: " + counted(count) +
            ". Say what happened: caas posts reconcile ID --sent URL | --not-sent");
    if (const auto count = json::integer_or(gone, "publishing_posts", 0); count > 0)
        call.say(
            "Being sent right now: " + counted(count) +
            ". It is brought to its end; of a thread only the part under way, and the rest has "
            "failed then. See: caas posts list");
}

int run_disconnect(Call& call) {
    if (!call.confirms("Disconnect " + call.argument(0) + " and forget its credentials?"))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send({"DELETE", path_of(call)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    call.say("Disconnected. Its credentials are gone; what was published stays on record.");
    say_ended(call, body_of(answer));
    return 0;
}

}  // namespace

extern constexpr Command account{
    .name = "account",
    .summary = "the identities that posts are sent to",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas account connect bluesky --name work --identifier ana.example.org",
    .children = children,
};

extern constexpr Command account_list{
    .name = "list",
    .summary = "list connected accounts",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

extern constexpr Command account_check{
    .name = "check",
    .summary = "ask the platform whether the credentials still work",
    .about = {},
    .arguments = arguments,
    .options = {},
    .examples = "caas account check work",
    .children = {},
    .run = run_check,
};

extern constexpr Command account_pause{
    .name = "pause",
    .summary = "let the posts of an account wait",
    .about =
        "What is being sent right now is brought to its end: of a thread that one part, and the "
        "rest waits. An account that needs a sign-in can be paused as well: then its posts go on "
        "waiting after you have connected it again, until you resume it.",
    .arguments = arguments,
    .options = {},
    .examples = {},
    .children = {},
    .run = run_pause,
};

extern constexpr Command account_resume{
    .name = "resume",
    .summary = "let the posts of a paused account go on",
    .about = {},
    .arguments = arguments,
    .options = {},
    .examples = {},
    .children = {},
    .run = run_resume,
};

extern constexpr Command account_disconnect{
    .name = "disconnect",
    .summary = "forget an account and its credentials",
    .about =
        "Its waiting posts are canceled. What is being sent right now is brought to its end: of a "
        "thread that one part. A thread that is half out has failed, and goes on with `caas posts "
        "retry` once the account is connected again.",
    .arguments = arguments,
    .options = {},
    .examples = "caas account disconnect work --yes",
    .children = {},
    .run = run_disconnect,
};

}  // namespace caas::cli::command
