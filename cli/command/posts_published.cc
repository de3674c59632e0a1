// What is done with posts that are out.
#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/print/content.h"
#include "cli/print/post.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the post"}};

std::string path_of(const Call& call) {
    return "posts/" + net::percent_encode(call.argument(0));
}

int run_metrics(Call& call) {
    const auto answer = call.send({"GET", path_of(call) + "/metrics"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto table = print::metrics(body_of(answer), {call.now(), call.zone()}, call.paint());
    if (table.empty())
        call.say(
            "Nothing was counted yet: a platform is asked ten minutes after a post is out, and "
            "then "
            "ever less often for a month.");
    else
        call.out(table);
    return 0;
}

int run_take_back(Call& call) {
    if (!call.confirms("Take the post back at its platform? Answers and likes go with it."))
        return declined(call, "Nothing was done.");
    const auto answer = call.send({"POST", path_of(call) + "/take-back", {}, "{}"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto post = body_of(answer);
    call.out(json::text_or(post, "id", "") + "\n");
    const bool is_whole = json::integer(post, "parts_published") == json::integer(post, "parts");
    call.say(
        "It is no longer on " + json::text_or(post, "platform", "its platform") +
        (is_whole ? "." : ", and the rest of it is not sent."));
    return 0;
}

}  // namespace

extern constexpr Command posts_metrics{
    .name = "metrics",
    .summary = "show what the platform counted of a published post",
    .about =
        "The newest look first. The daemon asks by itself, ever less often, for a month; X charges "
        "for it and is only asked where the setting metrics.paid says so.",
    .arguments = arguments,
    .options = {},
    .examples = "caas posts metrics 1a2b3c4d",
    .children = {},
    .run = run_metrics,
};

extern constexpr Command posts_take_back{
    .name = "take-back",
    .summary = "remove a published post at its platform",
    .about =
        "All parts of a thread, the last one first. A thread of which only a part is out is "
        "stopped "
        "before that: the rest is not sent, and no retry sends it, also when the platform refuses "
        "halfway: do it again then. Until it is finished, the post says so by the code "
        "`taking_back`. It stays on record here. "
        "Refused, with exit 6, is a post that is being published right now (wait until that has "
        "ended) or is unconfirmed (say first what is out: `caas posts reconcile`), one of which "
        "nothing is out, and what caas cannot remove: the platform offers no way (Instagram), or "
        "not all parts are on record, as of a post that somebody said was sent before a restore. "
        "Its address is named, to delete it by hand.",
    .arguments = arguments,
    .options = {},
    .examples = "caas posts take-back 1a2b3c4d --yes",
    .children = {},
    .run = run_take_back,
};

}  // namespace caas::cli::command
