#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/audit.h"
#include "cli/command/commands.h"
#include "cli/command/declined.h"
#include "cli/command/paging.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array who_arguments{
    Argument{"KIND", "user or organization"},
    Argument{"WHO", "id, part of one, e-mail address or slug"},
};
constexpr std::array person_arguments{Argument{"PERSON", "id, part of one, or e-mail address"}};
constexpr std::array audit_options{verify_option, head_option, limit_option, cursor_option};

int run_users(Call& call) {
    const auto list = fetch_list(call, "admin/users");
    if (!list)
        return 0;
    print::Table table(
        {{"ID"},
         {"NAME"},
         {"E-MAIL"},
         {"ORGANIZATIONS", true},
         {"TOKENS", true},
         {"MADE"},
         {"DISABLED"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "email", ""), {}},
             {std::to_string(json::integer_or(item, "organizations", 0)), {}},
             {std::to_string(json::integer_or(item, "tokens", 0)), {}},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {print::relative_of(item, "disabled_at", call.now()), print::Colour::red}});
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_organizations(Call& call) {
    const auto list = fetch_list(call, "admin/organizations");
    if (!list)
        return 0;
    print::Table table(
        {{"ID"},
         {"NAME"},
         {"SLUG"},
         {"MEMBERS", true},
         {"WORKSPACES", true},
         {"MADE"},
         {"DISABLED"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "name", ""), print::Colour::bold},
             {json::text_or(item, "slug", ""), {}},
             {std::to_string(json::integer_or(item, "members", 0)), {}},
             {std::to_string(json::integer_or(item, "workspaces", 0)), {}},
             {print::relative_of(item, "created_at", call.now()), print::Colour::faint},
             {print::relative_of(item, "disabled_at", call.now()), print::Colour::red}});
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

std::string shown(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : json::dump(value);
}

int run_stats(Call& call) {
    const auto answer = call.send({"GET", "admin/stats"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    print::Table table({{"WHAT"}, {"NUMBER", true}});
    const auto stats = body_of(answer);
    for (const auto& [name, value] : stats.items()) {
        if (!value.is_object())
            table.add({{name, {}}, {shown(value), print::Colour::bold}});
    }
    for (const auto* group : {"posts", "accounts", "queue"}) {
        for (const auto& [name, value] : stats.at(group).items())
            table.add({{std::string(group) + " " + name, {}}, {shown(value), {}}});
    }
    call.out(table.text(call.width(), call.paint()));
    return 0;
}

std::string path_of(const Call& call, std::string_view verb) {
    const auto kind = call.argument(0);
    const auto who = net::percent_encode(call.argument(1)) + "/" + std::string(verb);
    if (kind == "user")
        return "admin/users/" + who;
    if (kind == "organization" || kind == "org")
        return "admin/organizations/" + who;
    throw Error(
        Code::usage,
        "`" + kind + "` is neither `user` nor `organization`",
        "caas " + call.path() + " user ana@example.org");
}

int run_disable(Call& call) {
    const auto path = path_of(call, "disable");
    if (!call.confirms(
            "Disable " + call.argument(1) +
            "? Tokens and sessions stop working at once, and posts wait."))
        return declined(call, "Nothing was changed.");
    const auto answer = call.send({"POST", path});
    if (call.is_json())
        call.out_json(answer);
    call.say("Disabled. To undo: caas admin enable " + call.argument(0) + " " + call.argument(1));
    return 0;
}

int run_enable(Call& call) {
    const auto answer = call.send({"POST", path_of(call, "enable")});
    if (call.is_json())
        call.out_json(answer);
    call.say("Enabled. What waited goes on.");
    return 0;
}

int run_end_factor(Call& call) {
    const auto who = call.argument(0);
    if (!call.confirms("End the second factor of " + who + "? Their password alone lets them in."))
        return declined(call, "Nothing was changed.");
    const auto answer =
        call.send({"POST", "admin/users/" + net::percent_encode(who) + "/end-factor"});
    if (call.is_json())
        call.out_json(answer);
    const auto person = body_of(answer);
    const auto email = json::text_or(person, "email", "");
    const auto name = json::text_or(person, "name", who);
    call.say(
        "The second factor of " + name +
        (email.empty() ? " is ended." : " (" + email + ") is ended. They are told by mail."));
    return 0;
}

int run_audit(Call& call) {
    return audit(call, "admin/audit");
}

constexpr Command users{
    .name = "users",
    .summary = "list all people",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_users,
    .is_local = true,
};

constexpr Command organizations{
    .name = "organizations",
    .summary = "list all organizations",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_organizations,
    .is_local = true,
};

constexpr Command stats{
    .name = "stats",
    .summary = "count people, organizations, contents, posts and accounts",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_stats,
    .is_local = true,
};

constexpr Command disable{
    .name = "disable",
    .summary = "shut a person or an organization out",
    .about =
        "Tokens and sessions stop working at once, and the invitations that a person sent are "
        "revoked for good. The accounts of the organization are held: "
        "what is scheduled waits, and nobody in it can resume or connect one. So it is when none "
        "of an organization's owners is left who may sign in.",
    .arguments = who_arguments,
    .options = {},
    .examples = "caas admin disable user eve@example.org --yes",
    .children = {},
    .run = run_disable,
    .is_local = true,
};

constexpr Command enable{
    .name = "enable",
    .summary = "let a person or an organization in again",
    .about =
        "Tokens work again; sessions have to be opened anew. Posts that waited too long for "
        "their account are missed.",
    .arguments = who_arguments,
    .options = {},
    .examples = "caas admin enable user eve@example.org",
    .children = {},
    .run = run_enable,
    .is_local = true,
};

constexpr Command end_factor{
    .name = "end-factor",
    .summary = "end the second factor of a person who lost it",
    .about =
        "For whoever has neither the device nor a recovery code any more: be sure that it is "
        "they who ask. They sign in with their password alone, and are told by mail.",
    .arguments = person_arguments,
    .options = {},
    .examples = "caas admin end-factor ben@example.org --yes",
    .children = {},
    .run = run_end_factor,
    .is_local = true,
};

constexpr Command audit_log{
    .name = "audit",
    .summary = "list what was done to people and organizations as a whole",
    .about = "As `caas org audit` for what concerns the installation.",
    .arguments = {},
    .options = audit_options,
    .examples = {},
    .children = {},
    .run = run_audit,
    .is_local = true,
};

constexpr std::array<const Command*, 7> children{
    &users, &organizations, &stats, &disable, &enable, &end_factor, &audit_log};

}  // namespace

extern constexpr Command admin{
    .name = "admin",
    .summary = "look after the people and organizations of this installation",
    .about = "Acting as somebody else is not offered.",
    .arguments = {},
    .options = {},
    .examples = "caas admin users\ncaas admin stats",
    .children = children,
};

}  // namespace caas::cli::command
