#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/paging.h"
#include "cli/command/tenancy.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array workspace_options{workspace_option};
constexpr std::array set_options{
    Option{.name = "zone", .value = "ZONE", .help = "time zone, such as Europe/Berlin"},
    Option{.name = "name", .value = "NAME", .help = "another name"},
    workspace_option,
};

constexpr std::array name_argument{Argument{"NAME", "what to call it"}};
constexpr std::array delete_arguments{Argument{"WORKSPACE", "id or name"}};
constexpr std::array delete_options{
    Option{.name = "confirm", .value = "NAME", .help = "its name, word for word"},
};
constexpr std::array create_options{
    Option{.name = "zone", .value = "ZONE", .help = "time zone, UTC if not given"},
    organization_option,
};

int run_list(Call& call) {
    const auto list = fetch_list(call, "workspaces");
    if (!list)
        return 0;
    print::Table table({{"ID"}, {"NAME"}, {"ZONE"}, {"MADE"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "zone", ""), {}},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint}});
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

void show(Call& call, const Json& workspace) {
    call.out(print::fields(
        {{"workspace", {json::text_or(workspace, "id", ""), print::Colour::bold}},
         {"name", {json::text_or(workspace, "name", ""), {}}},
         {"zone", {json::text_or(workspace, "zone", ""), {}}},
         {"organization", {json::text_or(workspace, "organization_id", ""), {}}},
         {"made", {print::moment_of(workspace, "created_at", call.now(), call.zone()), {}}}},
        call.paint()));
}

int run_show(Call& call) {
    const auto answer = call.send({"GET", "workspaces/" + net::percent_encode(workspace_id(call))});
    if (call.is_json())
        call.out_json(answer);
    else
        show(call, body_of(answer));
    return 0;
}

int run_set(Call& call) {
    Json body = Json::object();
    for (const auto* name : {"zone", "name"}) {
        if (const auto value = call.option(name); value)
            body[name] = *value;
    }
    if (body.empty())
        throw Error(Code::usage, "Nothing to set", "add --zone ZONE or --name NAME");
    const auto id = workspace_id(call);
    const auto answer =
        call.send({"PATCH", "workspaces/" + net::percent_encode(id), {}, json::dump(body)});
    if (call.is_json())
        call.out_json(answer);
    else if (!call.is_quiet())
        show(call, body_of(answer));
    return 0;
}

int run_create(Call& call) {
    Json body{{"name", call.argument(0)}};
    if (const auto zone = call.option("zone"))
        body["zone"] = *zone;
    const auto answer =
        call.send({"POST", organization_path(call) + "/workspaces", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    if (call.is_quiet())
        call.out(json::text_or(made, "id", "") + "\n");
    else
        show(call, made);
    return 0;
}

int run_delete(Call& call) {
    const auto path = "workspaces/" + net::percent_encode(call.argument(0));
    auto name = call.option("confirm");
    if (!name) {
        if (!call.may_ask())
            throw Error(
                Code::usage,
                "`caas workspace delete` wants the name of the workspace, and nobody can type it "
                "here",
                "add --confirm NAME");
        const auto known = json::text_or(call.json({"GET", path}), "name", "");
        const auto typed = call.ask(
            "This deletes the workspace and all that is in it, for good.\n"
            "Type its name (" +
            known + ") to go on: ");
        name = typed ? typed->reveal() : std::string();
    }
    const auto answer = call.send({"DELETE", path, {{"confirm", *name}}});
    if (call.is_json())
        call.out_json(answer);
    call.say("Deleted.");
    return 0;
}

constexpr Command list{
    .name = "list",
    .summary = "list workspaces",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

constexpr Command show_one{
    .name = "show",
    .summary = "show a workspace",
    .about = {},
    .arguments = {},
    .options = workspace_options,
    .examples = {},
    .children = {},
    .run = run_show,
};

constexpr Command set{
    .name = "set",
    .summary = "change a workspace",
    .about = "The zone is used for accounts that have none of their own.",
    .arguments = {},
    .options = set_options,
    .examples = "caas workspace set --zone Europe/Berlin",
    .children = {},
    .run = run_set,
};

constexpr Command create{
    .name = "create",
    .summary = "make a workspace",
    .about = "To work in it, set CAAS_WORKSPACE to its name.",
    .arguments = name_argument,
    .options = create_options,
    .examples = "caas workspace create marketing --zone Europe/Berlin",
    .children = {},
    .run = run_create,
};

constexpr Command delete_one{
    .name = "delete",
    .summary = "delete a workspace and all that is in it, for good",
    .about =
        "Refused while posts are scheduled, under way or unconfirmed, while a series is active, "
        "and for the only workspace of an organization. What was published stays where it is; "
        "the record of it goes. The audit log stays.",
    .arguments = delete_arguments,
    .options = delete_options,
    .examples = "caas workspace delete marketing --confirm marketing",
    .children = {},
    .run = run_delete,
};

constexpr std::array<const Command*, 5> workspace_children{
    &list, &show_one, &create, &set, &delete_one};

}  // namespace

extern constexpr Command workspace{
    .name = "workspace",
    .summary = "folders of content and accounts, each with its time zone",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas workspace set --zone Europe/Berlin",
    .children = workspace_children,
};

}  // namespace caas::cli::command
