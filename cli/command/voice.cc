#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/command/tenancy.h"
#include "cli/input.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"

namespace caas::cli::command {
namespace {

constexpr std::array set_arguments{
    Argument{"NAME", "of the voice"},
    Argument{"FILE", "its description; - reads standard input", Kind::file},
};
constexpr std::array name_argument{Argument{"NAME", "of the voice"}};
constexpr std::array options{workspace_option};
constexpr std::array list_options{workspace_option, limit_option, cursor_option};

std::string voices_path(Call& call) {
    return "workspaces/" + net::percent_encode(workspace_id(call)) + "/voices";
}

int run_list(Call& call) {
    const auto list = fetch_list(call, voices_path(call));
    if (!list)
        return 0;
    print::Table table({{"NAME"}, {"CHANGED"}, {"TEXT", false, true}});
    for (const auto& item : list->at("items"))
        table.add(
            {{json::text_or(item, "name", ""), print::Colour::bold},
             {print::relative_of(item, "updated_at", call.now()), print::Colour::faint},
             {json::text_or(item, "text", ""), {}}});
    if (table.empty())
        call.say("No voices. Make one: caas voice set friendly voice.txt");
    else
        call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_set(Call& call) {
    const auto name = call.argument(0);
    auto text = with_plain_line_ends(read_text(call, call.argument(1)));
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    const Json body{{"name", name}, {"text", text}};
    const auto answer = call.send({"POST", voices_path(call), {}, json::dump(body)});
    if (call.is_json())
        call.out_json(answer);
    call.say("Use it: caas generate \"…\" --voice " + name);
    return 0;
}

int run_delete(Call& call) {
    const auto name = call.argument(0);
    if (!call.confirms("Delete the voice " + name + "?"))
        return declined(call, "Nothing was deleted.");
    const auto answer = call.send({"DELETE", voices_path(call) + "/" + net::percent_encode(name)});
    if (call.is_json())
        call.out_json(answer);
    call.say("Deleted.");
    return 0;
}

constexpr Command list{
    .name = "list",
    .summary = "list brand voices",
    .about = {},
    .arguments = {},
    .options = list_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

constexpr Command set{
    .name = "set",
    .summary = "make or change a brand voice",
    .about = {},
    .arguments = set_arguments,
    .options = options,
    .examples = "echo \"Short sentences. No exclamation marks.\" | caas voice set calm -",
    .children = {},
    .run = run_set,
};

constexpr Command remove{
    .name = "delete",
    .summary = "delete a brand voice",
    .about = {},
    .arguments = name_argument,
    .options = options,
    .examples = "caas voice delete calm --yes",
    .children = {},
    .run = run_delete,
};

constexpr std::array<const Command*, 3> children{&list, &set, &remove};

}  // namespace

extern constexpr Command voice{
    .name = "voice",
    .summary = "brand voices: how what is generated should sound",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas voice set calm voice.txt\ncaas generate \"New release\" --voice calm",
    .children = children,
};

}  // namespace caas::cli::command
