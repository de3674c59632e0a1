#include <array>

#include <nlohmann/json.hpp>

#include "cli/call.h"
#include "cli/command/account_sign_in.h"
#include "cli/command/commands.h"
#include "cli/print/content.h"
#include "core/base/error.h"
#include "core/platform/driver.h"
#include "core/text/shell.h"

namespace caas::cli::command {
namespace {

constexpr std::array arguments{Argument{"PLATFORM", "one of", Kind::platform}};
constexpr std::array options{
    Option{.name = "name", .value = "NAME", .help = "what you call it, such as work"},
    Option{
        .name = "identifier",
        .value = "TEXT",
        .help = "handle or mail address (bluesky), folder (outbox)"},
    Option{
        .name = "url",
        .value = "URL",
        .help = "server of the account (mastodon, bluesky), or where a webhook goes"},
    Option{.name = "zone", .value = "ZONE", .help = "time zone of its posts"},
    Option{
        .name = "on-unknown",
        .value = "WORD",
        .help = "ask (a person) or resend, when nobody can tell whether a post went out"},
    Option{
        .name = "repeats",
        .value = "WORD",
        .help =
            "once or safe: a webhook's receiver knows a repeat; a new one is once if not given"},
    Option{
        .name = "kind",
        .value = "KIND",
        .help = "person or organization (linkedin), person if not given"},
    Option{
        .name = "identity",
        .value = "HANDLE",
        .help = "the one to connect, where a sign-in has several (pages, organizations)"},
    Option{.name = "no-browser", .value = "", .help = "print the link and open nothing"},
    Option{
        .name = "paste",
        .value = "",
        .help = "for a machine without a browser: paste the address it came back to elsewhere"},
    Option{
        .name = "port",
        .value = "PORT",
        .help = "where the browser comes back to on this machine, any free one if not given"},
};

bool is_secret(const platform::Field& field) {
    return field.name == "secret";
}

// Secrets come from the environment, from standard input or from a hidden prompt; never from an
// argument, which every process of the machine can read.
std::string secret_for(Call& call, const platform::Field& field) {
    auto& terminal = call.terminal();
    if (const auto value = terminal.environment(field.environment); value)
        return *value;
    if (!terminal.is_terminal(Stream::in)) {
        const auto line = terminal.ask("", true);
        return line ? line->reveal() : std::string();
    }
    if (!call.may_ask())
        return {};
    const auto answer = terminal.ask(std::string(field.label) + ": ", true);
    return answer ? answer->reveal() : std::string();
}

std::string plain_for(Call& call, const platform::Field& field) {
    const auto given = call.option(field.name == "base_url" ? "url" : field.name);
    if (given)
        return *given;
    if (!field.is_required || !call.may_ask())
        return {};
    const auto answer = call.terminal().ask(std::string(field.label) + ": ", false);
    return answer ? answer->reveal() : std::string();
}

[[noreturn]] void lacks(const platform::Driver& driver, const platform::Field& field) {
    const std::string label(field.label);
    const auto option = field.name == "base_url" ? std::string("url") : std::string(field.name);
    throw Error(
        Code::usage,
        "Connecting " + std::string(driver.id) + " needs: " + label,
        is_secret(field)
            ? "set " + std::string(field.environment) + ", or pipe it into standard input"
            : "add --" + option);
}

int tell(Call& call, const Json& account) {
    if (call.is_json()) {
        call.out(json::dump(account) + "\n");
        return 0;
    }
    call.out(json::text_or(account, "id", "") + "\n");
    const auto name = json::text_or(account, "name", print::short_id_of(account));
    const auto handle = json::text_or(account, "handle", "");
    call.say(
        "Connected " + name + (handle.empty() || handle == name ? "" : " (" + handle + ")") +
        ". Next: caas publish ID --account " + text::shell_word(name));
    return 0;
}

// Only who runs the receiver of a webhook can promise it.
void add_repeats(Call& call, const platform::Driver& driver, Json& body) {
    const auto repeats = call.option("repeats");
    if (!repeats)
        return;
    if (driver.id != "webhook")
        throw Error(
            Code::usage,
            "`--repeats` is for webhooks and not for " + std::string(driver.id),
            "Leave it out.");
    body["config"] = {{"repeats", *repeats}};
}

int run(Call& call) {
    const auto& driver = platform::get(call.argument(0));
    Json body = Json::object();
    add_repeats(call, driver, body);
    if (const auto on_unknown = call.option("on-unknown"); on_unknown)
        body["on_unknown"] = *on_unknown;
    for (const auto* name : {"name", "identifier", "zone"}) {
        if (const auto value = call.option(name); value)
            body[name] = *value;
    }
    if (const auto url = call.option("url"); url)
        body["base_url"] = *url;
    if (uses_browser(call, driver))
        return tell(call, connect_by_browser(call, driver, std::move(body)));
    for (const auto& field : driver.fields) {
        const auto value = is_secret(field) ? secret_for(call, field) : plain_for(call, field);
        if (!value.empty())
            body[std::string(field.name)] = value;
        else if (field.is_required)
            lacks(driver, field);
    }
    const auto answer = call.send(
        {"POST", "accounts/" + std::string(driver.id) + "/connect", {}, json::dump(body)});
    if (call.is_json()) {
        call.out_json(answer);
        return 0;
    }
    return tell(call, body_of(answer));
}

}  // namespace

extern constexpr Command account_connect{
    .name = "connect",
    .summary = "connect an account",
    .about =
        "Secrets are asked for, or read from CAAS_BLUESKY_PASSWORD (an app password), "
        "CAAS_MASTODON_TOKEN or CAAS_WEBHOOK_SECRET, or from the first line of standard input. "
        "They are kept encrypted.\n\n"
        "Without --name, an identity that is connected already is signed in again under the name "
        "it has, before any other the one that needs a sign-in. A new one is called by its handle, "
        "or by HANDLE-PLATFORM where another account is called so.\n\n"
        "A post whose outcome stays unknown waits as unconfirmed for `caas posts reconcile`; with "
        "--on-unknown resend it is sent again after two looks at the platform, and may be out "
        "twice. The receiver of a webhook that takes a Caas-Delivery it has seen before as the "
        "same post is connected with --repeats safe: to it, sending again is harmless. Connecting "
        "an account again without one of the two leaves that as it is.\n\n"
        "X, LinkedIn, Instagram, Threads, Facebook and Mastodon are connected with a browser: it "
        "shows the platform's page, and comes back to this machine or, with --server and wherever "
        "the platform takes no other, to the daemon's public address. The platform must know "
        "where: register PUBLIC_URL/api/v1/oauth/PLATFORM/callback or, at X and LinkedIn, "
        "http://127.0.0.1:PORT/callback and give --port PORT. Your application there is set in "
        "[platforms.PLATFORM] of the configuration; Mastodon needs none.",
    .arguments = arguments,
    .options = options,
    .examples =
        "caas account connect x --port 8765\n"
        "caas account connect bluesky --name work --identifier ana.example.org\n"
        "caas account connect mastodon --url https://mastodon.example\n"
        "caas account connect webhook --name ci --url https://example.org/hook < secret.txt\n"
        "caas account connect outbox --name drafts --identifier /srv/drafts",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
