#include <array>
#include <chrono>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/settle.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "cli/print/post.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the post"}};
constexpr std::array options{
    Option{
        .name = "timeout",
        .value = "TIME",
        .help = "give up waiting after this, 2min if not given; the post goes on without you"},
};

constexpr std::int64_t usual_timeout_s = 120;

int run(Call& call) {
    const auto given = call.option("timeout");
    const auto seconds = given ? seconds_of(*given, "timeout") : usual_timeout_s;
    const auto [post, body] =
        settle(call, call.argument(0), call.now() + std::chrono::seconds(seconds));
    if (call.is_json())
        call.out(body + "\n");
    else
        call.out(print::post_fields(post, {call.now(), call.zone()}, call.paint()));
    if (json::text_or(post, "state", "") == "unconfirmed")
        call.say(
            "It may be out. Look at the platform, then: caas posts reconcile " +
            print::short_id_of(post) + " --sent URL | --not-sent");
    else if (is_on_its_way(post))
        call.say("It is still to be sent: do not order it again.");
    return status_of(post);
}

}  // namespace

extern constexpr Command posts_wait{
    .name = "wait",
    .summary = "wait until a post is settled, and show it",
    .about =
        "What a script does after an order whose outcome it does not know: nothing is ordered by "
        "it. Exits as `caas publish` does: 0 when the post is published, 7 when it failed or was "
        "canceled, 3 when the account needs you, 8 when an answer was lost or it is still to be "
        "sent. A post that is tried again later than it waits for is not waited for.",
    .arguments = arguments,
    .options = options,
    .examples = "caas posts wait 1a2b3c4d --timeout 10min",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
