#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/command/tenancy.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array org_options{organization_option};
constexpr std::array name_argument{Argument{"NAME", "what to call it"}};
constexpr std::array member_argument{Argument{"MEMBER", "id, e-mail address or name"}};
constexpr std::array create_options{
    Option{.name = "zone", .value = "ZONE", .help = "of its first workspace, UTC if not given"},
};
constexpr std::array delete_arguments{Argument{"ORGANIZATION", "id, slug or name"}};
constexpr std::array delete_options{
    Option{.name = "confirm", .value = "NAME", .help = "its name, word for word"},
};

void show_organization(Call& call, const Json& item) {
    call.out(print::fields(
        {{"organization", {json::text_or(item, "id", ""), print::Colour::bold}},
         {"name", {json::text_or(item, "name", ""), {}}},
         {"slug", {json::text_or(item, "slug", ""), {}}},
         {"you are", {json::text_or(item, "role", ""), {}}},
         {"made", {print::moment_of(item, "created_at", call.now(), call.zone()), {}}},
         {"disabled",
          {print::moment_of(item, "disabled_at", call.now(), call.zone()), print::Colour::red}}},
        call.paint()));
}

int run_list(Call& call) {
    const auto list = fetch_list(call, "organizations");
    if (!list)
        return 0;
    print::Table table({{"ID"}, {"NAME"}, {"SLUG"}, {"YOU ARE"}, {"MADE"}, {"DISABLED"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "slug", ""), {}},
             {json::text_or(item, "role", ""), {}},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {print::relative_of(item, "disabled_at", call.now()), print::Colour::red}});
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_show(Call& call) {
    const auto answer = call.send({"GET", organization_path(call)});
    if (call.is_json())
        call.out_json(answer);
    else
        show_organization(call, body_of(answer));
    return 0;
}

int run_create(Call& call) {
    Json body{{"name", call.argument(0)}};
    if (const auto zone = call.option("zone"))
        body["zone"] = *zone;
    const auto answer = call.send({"POST", "organizations", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    if (call.is_quiet())
        call.out(json::text_or(made, "id", "") + "\n");
    else
        show_organization(call, made);
    call.say("To work in it: CAAS_ORGANIZATION=" + json::text_or(made, "slug", ""));
    return 0;
}

int run_rename(Call& call) {
    const auto answer =
        call.send({"PATCH", organization_path(call), {}, json::dump({{"name", call.argument(0)}})});
    if (call.is_json())
        call.out_json(answer);
    else if (!call.is_quiet())
        show_organization(call, body_of(answer));
    return 0;
}

int run_delete(Call& call) {
    const auto path = "organizations/" + net::percent_encode(call.argument(0));
    auto name = call.option("confirm");
    if (!name) {
        if (!call.may_ask())
            throw Error(
                Code::usage,
                "`caas org delete` wants the name of the organization, and nobody can type it here",
                "add --confirm NAME");
        const auto known = json::text_or(call.json({"GET", path}), "name", "");
        const auto typed = call.ask(
            "This deletes the organization and all that is in it, for good.\n"
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

int run_transfer(Call& call) {
    if (!call.confirms("Make " + call.argument(0) + " owner in your place? You stay as an admin."))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send(
        {"POST",
         organization_path(call) + "/transfer",
         {},
         json::dump({{"member", call.argument(0)}})});
    if (call.is_json())
        call.out_json(answer);
    else if (!call.is_quiet())
        show_organization(call, body_of(answer));
    return 0;
}

int run_roles(Call& call) {
    const auto answer = call.send({"GET", "roles"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    print::Table table({{"ACTION"}, {"OWNER"}, {"ADMIN"}, {"MEMBER"}, {"VIEWER"}, {"TOKEN"}});
    const auto body = body_of(answer);
    for (const auto& item : body.at("items")) {
        std::vector<print::Cell> cells{{json::text_or(item, "action", ""), print::Colour::bold}};
        for (const auto* role : {"owner", "admin", "member", "viewer"}) {
            const auto& roles = item.at("roles");
            const bool has = std::find(roles.begin(), roles.end(), role) != roles.end();
            cells.push_back({has ? "yes" : "-", {}});
        }
        cells.push_back({json::text_or(item, "scope", ""), {}});
        table.add(std::move(cells));
    }
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

constexpr Command list{
    .name = "list",
    .summary = "list your organizations",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

constexpr Command show{
    .name = "show",
    .summary = "show an organization and your role in it",
    .about = {},
    .arguments = {},
    .options = org_options,
    .examples = {},
    .children = {},
    .run = run_show,
};

constexpr Command create{
    .name = "create",
    .summary = "make an organization with one workspace, and be its owner",
    .about = {},
    .arguments = name_argument,
    .options = create_options,
    .examples = "caas org create Acme --zone Europe/Berlin",
    .children = {},
    .run = run_create,
};

constexpr Command rename{
    .name = "rename",
    .summary = "give an organization another name",
    .about = "Its slug, and so its addresses, stay.",
    .arguments = name_argument,
    .options = org_options,
    .examples = {},
    .children = {},
    .run = run_rename,
};

constexpr Command delete_one{
    .name = "delete",
    .summary = "delete an organization and all that is in it, for good",
    .about =
        "Refused while a post is being sent or its outcome is unconfirmed. What waits is "
        "deleted. The audit log stays.",
    .arguments = delete_arguments,
    .options = delete_options,
    .examples = "caas org delete acme --confirm Acme",
    .children = {},
    .run = run_delete,
};

constexpr Command transfer{
    .name = "transfer",
    .summary = "make another member owner in your place",
    .about = {},
    .arguments = member_argument,
    .options = org_options,
    .examples = "caas org transfer ben@example.org --yes",
    .children = {},
    .run = run_transfer,
};

constexpr Command roles{
    .name = "roles",
    .summary = "list which role may do what, and from which scope of a token on",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_roles,
};

constexpr std::array<const Command*, 8> children{
    &list, &show, &create, &rename, &delete_one, &transfer, &roles, &org_audit};

}  // namespace

extern constexpr Command org{
    .name = "org",
    .summary = "organizations: teams that own workspaces",
    .about =
        "Commands act in your first organization, or in the one that CAAS_ORGANIZATION names "
        "(and in its workspace CAAS_WORKSPACE).",
    .arguments = {},
    .options = {},
    .examples = "caas org create Acme\ncaas org audit --verify",
    .children = children,
};

}  // namespace caas::cli::command
