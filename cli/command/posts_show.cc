#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/commands.h"
#include "cli/print/content.h"
#include "cli/print/post.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"ID", "of the post"}};

// Without a step on record. What was restored, or what a person says is out, may have been tried.
std::string_view untried(std::string_view state) {
    const bool waits = state == "draft" || state == "scheduled" || state == "paused";
    return waits ? "\nNothing was tried yet." : "\nNo try is on record here.";
}

int run(Call& call) {
    const auto path = "posts/" + net::percent_encode(call.argument(0));
    const auto answer = call.send({"GET", path});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto post = body_of(answer);
    const auto state = json::text_or(post, "state", "");
    const auto attempts = call.json({"GET", path + "/attempts"});
    call.out(print::post_fields(post, {call.now(), call.zone()}, call.paint()));
    const auto journal = print::journal(attempts, call.paint());
    if (journal.empty())
        call.say(untried(state));
    else
        call.out("\n" + journal);
    if (state == "unconfirmed")
        call.say(
            "\nIt may be out. Look at the platform, then: caas posts reconcile " +
            print::short_id_of(post) + " --sent URL | --not-sent");
    return 0;
}

}  // namespace

extern constexpr Command posts_show{
    .name = "show",
    .summary = "show a post with every attempt and step",
    .about = "With --json it prints the post; `caas api GET posts/ID/attempts` gives the attempts.",
    .arguments = arguments,
    .options = {},
    .examples = "caas posts show 1a2b3c4d",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
