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

constexpr std::array id_argument{Argument{"ID", "of the token"}};
constexpr std::array create_options{
    Option{.name = "scope", .value = "SCOPE", .help = "what it may do", .kind = Kind::scope},
    Option{.name = "name", .value = "NAME", .help = "what it is for"},
    Option{.name = "expires-in-days", .value = "N", .help = "how long it works"},
    workspace_option,
};

std::string tokens_path(Call& call) {
    return "organizations/" + net::percent_encode(organization_id(call)) + "/tokens";
}

int run_create(Call& call) {
    const auto scope = call.option("scope");
    if (!scope)
        throw Error(
            Code::usage,
            "`caas token create` needs a scope",
            "add --scope read, draft, publish or admin");
    Json body{{"scope", *scope}, {"name", call.option("name").value_or("cli")}};
    if (const auto days = call.number("expires-in-days", 1, 36'500); days)
        body["expires_in_days"] = *days;
    if (call.has("workspace"))
        body["workspace_id"] = workspace_id(call);
    const auto answer = call.send({"POST", tokens_path(call), {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    call.out(json::text_or(made, "token", "") + "\n");
    call.say("It is shown this once. Use it as CAAS_TOKEN, or in: Authorization: Bearer …");
    return 0;
}

int run_list(Call& call) {
    const auto list = fetch_list(call, tokens_path(call));
    if (!list)
        return 0;
    print::Table table(
        {{"ID"},
         {"NAME"},
         {"KIND"},
         {"SCOPE"},
         {"WHO"},
         {"BEGINS WITH"},
         {"MADE"},
         {"USED"},
         {"EXPIRES"},
         {"REVOKED"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "kind", ""), {}},
             {json::text_or(item, "scope", ""), {}},
             {json::text_or(item, "person", ""), {}},
             {json::text_or(item, "prefix", ""), print::Colour::faint},
             {print::relative_of(item, "created_at", call.now()), {}},
             {print::relative_of(item, "last_used_at", call.now()), {}},
             {print::relative_of(item, "expires_at", call.now()), {}},
             {print::relative_of(item, "revoked_at", call.now()), print::Colour::red}});
    if (table.empty())
        call.say("No tokens. Make one: caas token create --scope publish --name laptop");
    else
        call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_revoke(Call& call) {
    if (!call.confirms("Revoke token " + call.argument(0) + "? What uses it stops working."))
        return declined(call, "Nothing was changed.");
    const auto answer =
        call.send({"DELETE", tokens_path(call) + "/" + net::percent_encode(call.argument(0))});
    if (call.is_json())
        call.out_json(answer);
    call.say("Revoked.");
    return 0;
}

constexpr Command create{
    .name = "create",
    .summary = "make an API token",
    .about = "The token is printed once; only its SHA-256 is kept.",
    .arguments = {},
    .options = create_options,
    .examples = "caas token create --scope publish --name laptop --expires-in-days 90",
    .children = {},
    .run = run_create,
};

constexpr Command list{
    .name = "list",
    .summary = "list API tokens",
    .about =
        "Your own; owners and admins of the organization see everybody's. One of the kind machine "
        "was given to a machine that `caas login` signed in, and ends with a new password and "
        "with signing out everywhere; one of the kind api was made on purpose and goes on.",
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

constexpr Command revoke{
    .name = "revoke",
    .summary = "make a token worthless",
    .about = "One of your own; owners and admins of the organization may revoke anybody's.",
    .arguments = id_argument,
    .options = {},
    .examples = "caas token revoke 1a2b3c4d --yes",
    .children = {},
    .run = run_revoke,
};

constexpr std::array<const Command*, 3> children{&create, &list, &revoke};

}  // namespace

extern constexpr Command token{
    .name = "token",
    .summary = "tokens for the HTTP API",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas token create --scope publish --name laptop",
    .children = children,
};

}  // namespace caas::cli::command
