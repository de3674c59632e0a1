#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/due.h"
#include "cli/command/order.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/post.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the post"}};
constexpr std::array reconcile_options{
    Option{.name = "sent", .value = "URL", .help = "it is out, and this is its address, https://…"},
    Option{
        .name = "not-sent", .value = "", .help = "it is certainly not out: it may be sent again"},
    Option{.name = "cancel", .value = "", .help = "with --not-sent: it is not to be sent any more"},
};

std::string path_of(const Call& call) {
    return "posts/" + net::percent_encode(call.argument(0));
}

// The post as it is now: its id, and its state in a sentence.
int finish(Call& call, const Answer& answer) {
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto post = body_of(answer);
    call.out(json::text_or(post, "id", "") + "\n");
    const auto state = json::text_or(post, "state", "");
    auto line = "The post is " + state;
    if (state == "scheduled" || state == "retrying" || state == "paused")
        line +=
            ", due " +
            print::moment_of(post, "due_at", call.now(), json::text_or(post, "zone", call.zone()));
    call.say(line + ".");
    if (state == "failed") {
        call.say(json::text_or(post, "message", ""));
        call.say("Send the rest with: caas posts retry " + json::text_or(post, "id", ""));
    }
    return 0;
}

int run_cancel(Call& call) {
    return finish(call, call.send({"POST", path_of(call) + "/cancel", {}, "{}"}));
}

int run_retry(Call& call) {
    return finish(call, call.send({"POST", path_of(call) + "/retry", {}, "{}"}));
}

int run_move(Call& call) {
    auto body = Json::object();
    if (!add_due(call, body))
        throw Error(
            Code::usage,
            "`caas posts move` needs a time",
            "add --at \"2026-12-01 09:00\" or --in 2h");
    const auto answer = call.send({"PATCH", path_of(call), {}, json::dump(body)});
    const auto post = body_of(answer);
    if (const auto note = print::time_note(post); !note.empty())
        call.warn("note: " + note);
    heed_forecast(call, post);
    return finish(call, answer);
}

int run_reconcile(Call& call) {
    const auto url = call.option("sent");
    if (url.has_value() == call.has("not-sent"))
        throw Error(
            Code::usage,
            "`caas posts reconcile` needs to know what you saw",
            "add --sent URL or --not-sent");
    if (url && call.has("cancel"))
        throw Error(
            Code::usage,
            "What was sent cannot be canceled",
            "leave --cancel out; what is out is removed by: caas posts take-back ID");
    // As from a script whose variable is not set.
    if (url && url->empty())
        throw Error(
            Code::usage, "`--sent` is empty", "give the address of the post: --sent https://…");
    Json body{{"sent", url.has_value()}};
    if (url)
        body["url"] = *url;
    if (call.has("cancel"))
        body["cancel"] = true;
    return finish(call, call.send({"POST", path_of(call) + "/reconcile", {}, json::dump(body)}));
}

}  // namespace

extern constexpr Command posts_cancel{
    .name = "cancel",
    .summary = "cancel a post that is not being sent yet",
    .about =
        "Of a thread that waits with a part out, the rest is canceled: the post has failed then, "
        "and says how far it came. `caas posts retry` goes on with the next part. A post that is "
        "unconfirmed may be out: if it is not, `caas posts reconcile ID --not-sent --cancel` "
        "cancels it.",
    .arguments = arguments,
    .options = {},
    .examples = "caas posts cancel 1a2b3c4d",
    .children = {},
    .run = run_cancel,
};

extern constexpr Command posts_move{
    .name = "move",
    .summary = "give a post another time",
    .about = {},
    .arguments = arguments,
    .options = due_options,
    .examples = "caas posts move 1a2b3c4d --at \"2026-12-01 09:00\" --tz Europe/Berlin",
    .children = {},
    .run = run_move,
};

extern constexpr Command posts_retry{
    .name = "retry",
    .summary = "try a failed, missed or waiting post again now",
    .about =
        "A thread goes on with its next part. What was taken back is not tried again: its content "
        "is "
        "scheduled anew.",
    .arguments = arguments,
    .options = {},
    .examples = "caas posts retry 1a2b3c4d",
    .children = {},
    .run = run_retry,
};

extern constexpr Command posts_reconcile{
    .name = "reconcile",
    .summary = "say whether an unconfirmed post is out",
    .about =
        "A post is unconfirmed when it was sent and the answer was lost. It is never sent "
        "again on a guess, unless its account was connected with --on-unknown resend: look at the "
        "platform and say what you saw. After `caas restore`, posts that may have been sent since "
        "the backup are unconfirmed too: --sent means all parts then, --not-sent goes on after "
        "those that the backup knows to be out.\n\n"
        "What was not sent is due again at once; with --cancel it is not sent any more.",
    .arguments = arguments,
    .options = reconcile_options,
    .examples =
        "caas posts reconcile 1a2b3c4d --sent https://bsky.app/profile/ana/post/3k\n"
        "caas posts reconcile 1a2b3c4d --not-sent\n"
        "caas posts reconcile 1a2b3c4d --not-sent --cancel",
    .children = {},
    .run = run_reconcile,
};

}  // namespace caas::cli::command
