#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/command/tenancy.h"
#include "cli/input.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array org_options{organization_option};
constexpr std::array list_options{
    Option{.name = "invitations", .value = "", .help = "those who were invited instead"},
    limit_option,
    cursor_option,
    organization_option,
};
constexpr std::array email_argument{Argument{"EMAIL", "whom to invite"}};
constexpr std::array invite_options{
    Option{.name = "role", .value = "ROLE", .help = "member if not given", .kind = Kind::role},
    Option{.name = "no-mail", .value = "", .help = "mail nothing: you hand the token over"},
    organization_option,
};
constexpr std::array member_argument{Argument{"MEMBER", "id, e-mail address or name"}};
constexpr std::array role_arguments{
    Argument{"MEMBER", "id, e-mail address or name"},
    Argument{"ROLE", "what they will be", Kind::role},
};
constexpr std::array invitation_argument{
    Argument{"INVITATION", "its id, or the address it was sent to"}};
constexpr std::array token_argument{
    Argument{"TOKEN", "what the invitation says: caasi_…; - reads standard input"}};

std::string member_path(Call& call) {
    return organization_path(call) + "/members/" + net::percent_encode(call.argument(0));
}

int list_invitations(Call& call) {
    const auto list = fetch_list(call, organization_path(call) + "/invitations");
    if (!list)
        return 0;
    print::Table table({{"ID"}, {"E-MAIL"}, {"ROLE"}, {"STATE"}, {"MADE"}, {"EXPIRES"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "email", ""), print::Colour::bold},
             {json::text_or(item, "role", ""), {}},
             {json::text_or(item, "state", ""), {}},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {print::relative_of(item, "expires_at", call.now()), print::Colour::faint}});
    if (table.empty())
        call.say("Nobody was invited. Invite somebody: caas member invite EMAIL --role member");
    else
        call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_list(Call& call) {
    if (call.has("invitations"))
        return list_invitations(call);
    const auto list = fetch_list(call, organization_path(call) + "/members");
    if (!list)
        return 0;
    print::Table table({{"ID"}, {"NAME"}, {"E-MAIL"}, {"ROLE"}, {"JOINED"}, {"DISABLED"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "email", ""), {}},
             {json::text_or(item, "role", ""), {}},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {print::relative_of(item, "disabled_at", call.now()), print::Colour::red}});
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_invite(Call& call) {
    Json body{{"email", call.argument(0)}, {"role", call.option("role").value_or("member")}};
    if (call.has("no-mail"))
        body["mail"] = false;
    const auto answer =
        call.send({"POST", organization_path(call) + "/invitations", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    call.out(json::text_or(made, "token", "") + "\n");
    // A daemon of an older version does not say which.
    const auto organization = json::text_or(made, "organization", "the organization");
    call.say(
        call.argument(0) + " is invited into " + organization + " as " +
        json::text_or(made, "role", "member") + ".");
    call.say(
        "The token is shown this once, works once and for seven days. " + call.argument(0) +
        (call.has("no-mail") ? " joins" : " gets it by mail and joins") +
        " with: caas member accept TOKEN");
    return 0;
}

int run_revoke(Call& call) {
    const auto answer = call.send(
        {"DELETE",
         organization_path(call) + "/invitations/" + net::percent_encode(call.argument(0))});
    if (call.is_json())
        call.out_json(answer);
    call.say("Revoked.");
    return 0;
}

int run_role(Call& call) {
    const auto answer =
        call.send({"PATCH", member_path(call), {}, json::dump({{"role", call.argument(1)}})});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto member = body_of(answer);
    call.say(
        json::text_or(member, "name", "") + " is now " + json::text_or(member, "role", "") + ".");
    return 0;
}

int run_remove(Call& call) {
    if (!call.confirms("Remove " + call.argument(0) + "? Their tokens stop working."))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send({"DELETE", member_path(call)});
    if (call.is_json())
        call.out_json(answer);
    call.say("Removed.");
    return 0;
}

int run_leave(Call& call) {
    const auto path = organization_path(call);
    if (!call.confirms("Leave the organization? Your tokens for it stop working."))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send({"POST", path + "/leave"});
    if (call.is_json())
        call.out_json(answer);
    call.say("You left.");
    return 0;
}

int run_accept(Call& call) {
    auto token = call.argument(0);
    if (token == "-")
        token = read_text(call, "-");
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' '))
        token.pop_back();
    const auto answer =
        call.send({"POST", "invitations/accept", {}, json::dump({{"token", token}})});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto joined = body_of(answer);
    call.say(
        "You are " + json::text_or(joined, "role", "") + " of " +
        json::text_or(joined, "name", "") +
        ". To work in it: CAAS_ORGANIZATION=" + json::text_or(joined, "slug", ""));
    return 0;
}

constexpr Command list{
    .name = "list",
    .summary = "list members, or invitations",
    .about = {},
    .arguments = {},
    .options = list_options,
    .examples = {},
    .children = {},
    .run = run_list,
};

constexpr Command invite{
    .name = "invite",
    .summary = "invite somebody by e-mail",
    .about =
        "Into the organization you work in, unless --org names another. Nobody can give a role "
        "above their own. A second invitation to the same address takes the place of the first.",
    .arguments = email_argument,
    .options = invite_options,
    .examples = "caas member invite ben@example.org --role viewer --org Acme",
    .children = {},
    .run = run_invite,
};

constexpr Command revoke{
    .name = "revoke",
    .summary = "make an invitation worthless",
    .about = {},
    .arguments = invitation_argument,
    .options = org_options,
    .examples = "caas member revoke ben@example.org",
    .children = {},
    .run = run_revoke,
};

constexpr Command role{
    .name = "role",
    .summary = "change the role of a member",
    .about =
        "The last owner stays owner: see `caas org transfer`. What each role may do: "
        "`caas org roles`.",
    .arguments = role_arguments,
    .options = org_options,
    .examples = "caas member role ben@example.org admin",
    .children = {},
    .run = run_role,
};

constexpr Command remove{
    .name = "remove",
    .summary = "remove a member",
    .about =
        "Their tokens for the organization and the invitations they sent are revoked. What "
        "they wrote and scheduled stays.",
    .arguments = member_argument,
    .options = org_options,
    .examples = "caas member remove ben@example.org --yes",
    .children = {},
    .run = run_remove,
};

constexpr Command leave{
    .name = "leave",
    .summary = "leave an organization",
    .about = "The last owner cannot: see `caas org transfer`.",
    .arguments = {},
    .options = org_options,
    .examples = {},
    .children = {},
    .run = run_leave,
};

constexpr Command accept{
    .name = "accept",
    .summary = "accept an invitation",
    .about = {},
    .arguments = token_argument,
    .options = {},
    .examples = "caas member accept - < invitation.txt",
    .children = {},
    .run = run_accept,
};

constexpr std::array<const Command*, 7> children{
    &list, &invite, &revoke, &role, &remove, &leave, &accept};

}  // namespace

extern constexpr Command member{
    .name = "member",
    .summary = "who belongs to an organization, and as what",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas member invite ben@example.org --role viewer",
    .children = children,
};

}  // namespace caas::cli::command
