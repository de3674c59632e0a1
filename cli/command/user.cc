#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/command/paging.h"
#include "cli/print/content.h"
#include "cli/print/moment.h"
#include "cli/print/table.h"
#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::array create_options{
    Option{.name = "email", .value = "EMAIL", .help = "their address, with which they sign in"},
    Option{.name = "name", .value = "NAME", .help = "what they are called"},
    Option{.name = "owner", .value = "", .help = "they own the installation, too"},
    Option{.name = "mail", .value = "", .help = "send the link to their address as well"},
};
constexpr std::array password_options{
    Option{
        .name = "reset",
        .value = "",
        .help = "by the token of a mail or of `caas user create`, which is asked for"},
};
constexpr std::array email_argument{Argument{"EMAIL", "the new address"}};
constexpr std::array session_argument{Argument{"SESSION", "its id"}};

// One line that others do not see. Throws Error: usage when none is there.
Secret ask(Call& call, const std::string& what) {
    auto line = call.terminal().ask(call.may_ask() ? what + ": " : std::string(), true);
    if (!line || line->empty())
        throw Error(
            Code::usage,
            what + " is missing",
            "type it, or write it to standard input: what is asked for, one line each");
    return *std::move(line);
}

Secret ask_new_password(Call& call) {
    auto password = ask(call, "New password");
    if (call.may_ask() && !(ask(call, "Once more") == password))
        throw Error(Code::invalid, "You typed two different passwords", "try again");
    return password;
}

int run_create(Call& call) {
    const auto email = call.option("email");
    if (!email)
        throw Error(
            Code::usage, "`caas user create` needs an address", "add --email ana@example.org");
    Json body{{"email", *email}};
    if (const auto name = call.option("name"))
        body["name"] = *name;
    if (call.has("owner"))
        body["is_installation_owner"] = true;
    if (call.has("mail"))
        body["send_mail"] = true;
    const auto answer = call.send({"POST", "admin/users", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto made = body_of(answer);
    const bool is_owner = json::truth(made, "is_installation_owner").value_or(false);
    const bool is_new = json::truth(made, "is_new").value_or(false);
    call.out(json::text_or(made, "url", "") + "\n");
    call.say(
        std::string(is_new ? "Made " : "Another link for ") + *email +
        (is_owner ? ", who owns the installation." : "."));
    call.say("Whoever opens the link sets their password: once, within a day.");
    call.say("Or run `caas user password --reset` and paste what follows \"token=\".");
    return 0;
}

int run_password(Call& call) {
    if (!call.has("reset")) {
        const auto password = ask_new_password(call);
        call.send({"POST", "auth/password", {}, json::dump({{"password", password.reveal()}})});
        call.say("Changed. All other devices are signed out.");
        return 0;
    }
    const auto token = ask(call, "Token");
    const auto password = ask_new_password(call);
    call.send(
        {"POST",
         "auth/reset-password",
         {},
         json::dump({{"token", token.reveal()}, {"password", password.reveal()}})});
    call.say("Set. Sign in with your address and this password.");
    return 0;
}

int run_verify(Call& call) {
    const auto token = ask(call, "Token");
    call.send({"POST", "auth/verify-email", {}, json::dump({{"token", token.reveal()}})});
    call.say("Thank you, the address is confirmed.");
    return 0;
}

int run_email(Call& call) {
    call.send({"POST", "auth/email", {}, json::dump({{"email", call.argument(0)}})});
    call.say("A mail is on its way there. Open its link, or run `caas user verify`.");
    return 0;
}

int run_show(Call& call) {
    const auto answer = call.send({"GET", "auth/me"});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    const auto me = body_of(answer);
    const auto yes = [&](std::string_view name) {
        return json::truth(me, name).value_or(false) ? "yes" : "no";
    };
    call.out(print::fields(
        {{"user", {json::text_or(me, "person_id", ""), print::Colour::bold}},
         {"name", {json::text_or(me, "name", ""), {}}},
         {"e-mail", {json::text_or(me, "email", "none"), {}}},
         {"confirmed", {yes("has_verified_email"), {}}},
         {"second factor", {yes("has_totp"), {}}},
         {"owns installation", {yes("is_installation_owner"), {}}},
         {"role", {json::text_or(me, "role", ""), {}}}},
        call.paint()));
    return 0;
}

int run_sessions(Call& call) {
    const auto list = fetch_list(call, "auth/sessions");
    if (!list)
        return 0;
    print::Table table({{"ID"}, {"DEVICE"}, {"FROM"}, {"SINCE"}, {"USED"}});
    for (const auto& item : list->at("items"))
        table.add(
            {{print::short_id_of(item), {}},
             {json::text_or(item, "client", ""), print::Colour::bold},
             {json::text_or(item, "address", ""), {}},
             {print::relative_of(item, "created_at", call.now()), {}},
             {print::relative_of(item, "refreshed_at", call.now()), {}}});
    if (table.empty())
        call.say("No sessions: you are signed in nowhere.");
    else
        call.out(table.text(call.width(), call.paint()));
    return 0;
}

int run_end(Call& call) {
    call.send({"DELETE", "auth/sessions/" + net::percent_encode(call.argument(0))});
    call.say("Signed out there.");
    return 0;
}

constexpr Command create{
    .name = "create",
    .summary = "make a person and a link to set their password with",
    .about =
        "The first one made is you: whoever used this home before it had people gets the "
        "address and owns the installation. Everybody after that starts with an organization "
        "of their own. For whoever is there already, another link, of which a mail tells them; if "
        "their address was never confirmed, it ends their API tokens and second factor, too. With "
        "--server, no link for yourself nor for an owner of the installation.",
    .arguments = {},
    .options = create_options,
    .examples = "caas user create --email ana@example.org",
    .children = {},
    .run = run_create,
};

constexpr Command password{
    .name = "password",
    .summary = "set your password",
    .about =
        "It is asked for, or read from standard input: with --reset the token on the first "
        "line and the password on the second. All other devices are signed out, also machines "
        "that `caas login` signed in; API tokens made with `caas token create` go on.",
    .arguments = {},
    .options = password_options,
    .examples = "caas user password --reset",
    .children = {},
    .run = run_password,
};

constexpr Command verify{
    .name = "verify",
    .summary = "confirm an e-mail address by the token of a mail",
    .about = "The token is asked for, or read from standard input.",
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_verify,
};

constexpr Command email{
    .name = "email",
    .summary = "take another e-mail address",
    .about = "It becomes yours once you answer the mail that is sent there.",
    .arguments = email_argument,
    .options = {},
    .examples = "caas user email ana@example.com",
    .children = {},
    .run = run_email,
};

constexpr Command show{
    .name = "show",
    .summary = "show who you are",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = {},
    .children = {},
    .run = run_show,
};

constexpr Command sessions{
    .name = "sessions",
    .summary = "list the devices you are signed in on",
    .about = {},
    .arguments = {},
    .options = paging_options,
    .examples = {},
    .children = {},
    .run = run_sessions,
};

constexpr Command end{
    .name = "end",
    .summary = "sign out on a device",
    .about = {},
    .arguments = session_argument,
    .options = {},
    .examples = "caas user end 1a2b3c4d",
    .children = {},
    .run = run_end,
};

constexpr std::array<const Command*, 7> children{
    &create, &password, &email, &show, &sessions, &end, &verify};

}  // namespace

extern constexpr Command user{
    .name = "user",
    .summary = "people: who they are, their passwords and devices",
    .about = {},
    .arguments = {},
    .options = {},
    .examples = "caas user create --email ana@example.org",
    .children = children,
};

}  // namespace caas::cli::command
