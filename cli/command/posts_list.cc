#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/paging.h"
#include "cli/command/state_filter.h"
#include "cli/help.h"
#include "cli/print/post.h"

namespace caas::cli::command {
namespace {

constexpr std::array options{
    Option{
        .name = "state", .value = "STATE", .help = "only in this state", .kind = Kind::post_state},
    Option{.name = "account", .value = "NAME", .help = "only of this account"},
    Option{.name = "content", .value = "ID", .help = "only of this content"},
    Option{.name = "series", .value = "ID", .help = "only occurrences of this series"},
    limit_option,
    cursor_option,
};

int run(Call& call) {
    Query query;
    if (const auto state = call.option("state"); state) {
        require_state(call, "A post", *state, choices(Kind::post_state));
        query.emplace_back("state", *state);
    }
    for (const auto* name : {"account", "content", "series"}) {
        if (const auto value = call.filled(name))
            query.emplace_back(name, *value);
    }
    add_paging(call, query);
    const auto answer = call.send({"GET", "posts", std::move(query)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto list = body_of(answer);
    auto table = print::post_table();
    for (const auto& post : list.at("items"))
        print::add_post(table, post, {call.now(), call.zone()});
    if (table.empty())
        call.say("No posts here. Make one: caas schedule ID --account outbox --in 2h");
    else
        call.out(table.text(call.width(), call.paint()));
    say_more(call, list);
    return 0;
}

}  // namespace

extern constexpr Command posts_list{
    .name = "list",
    .summary = "list posts, newest first",
    .about = {},
    .arguments = {},
    .options = options,
    .examples = "caas posts list --state failed --account work",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
