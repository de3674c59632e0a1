#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/due.h"
#include "cli/command/order.h"
#include "cli/print/moment.h"
#include "cli/print/post.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the content"}};
constexpr std::array options{
    account_option,
    version_option,
    due_options[0],
    due_options[1],
    due_options[2],
};

int run(Call& call) {
    auto body = order_body(call);
    if (!add_due(call, body))
        throw Error(
            Code::usage,
            "`caas schedule` needs a time",
            "add --at \"2026-12-01 09:00\" or --in 2h; `caas publish` sends it now");
    const auto answer = call.send({"POST", "posts", {}, json::dump(body)});
    const auto made = body_of(answer);
    for (const auto& post : made.at("items")) {
        if (const auto note = print::time_note(post); !note.empty())
            call.warn("note: " + note);
    }
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    if (call.is_quiet()) {
        for (const auto& post : made.at("items"))
            call.out(json::text_or(post, "id", "") + "\n");
        return 0;
    }
    auto table = print::post_table();
    for (const auto& post : made.at("items"))
        print::add_post(table, post, {call.now(), call.zone()});
    call.out(table.text(call.width(), call.paint()));
    for (const auto& post : made.at("items"))
        call.say(
            json::text_or(post, "account", "") + ": due " +
            print::moment_of(post, "due_at", call.now(), json::text_or(post, "zone", call.zone())));
    call.say("It goes out while caasd runs, or with `caasd --once`. Watch: caas posts list");
    return 0;
}

}  // namespace

extern constexpr Command schedule{
    .name = "schedule",
    .summary = "send a content to accounts at a time",
    .about =
        "The version that is the latest now is pinned: later edits do not change the post. A "
        "local time that does not exist moves forward by the gap, one that happens twice takes "
        "the first; either is said.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas schedule 1a2b3c4d --account outbox --in 2h\n"
        "caas schedule 1a2b3c4d --account work --at \"2026-12-01 09:00\" --tz Europe/Berlin",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
