#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/installation.h"
#include "cli/print/progress.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/time_zone.h"
#include "core/config/servers.h"

namespace caas::cli::command {
namespace {

constexpr std::array options{
    Option{
        .name = "token",
        .value = "FILE",
        .help = "keep the token in this file instead of asking in a browser; - reads standard "
                "input, or asks for it on a terminal",
        .kind = Kind::file},
    Option{
        .name = "scope",
        .value = "SCOPE",
        .help = "what this machine may do there, publish if not given",
        .kind = Kind::scope},
    Option{
        .name = "name",
        .value = "NAME",
        .help = "what the list of tokens calls this machine, its own name if not given"},
};

constexpr std::string_view beginning = "caas_";
constexpr std::size_t most_token_bytes = 512;

std::string trimmed(const std::string& text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto start = text.find_first_not_of(blank);
    return start == std::string::npos
               ? std::string()
               : text.substr(start, text.find_last_not_of(blank) - start + 1);
}

Secret read_token(Call& call, const std::string& file, const std::string& address) {
    if (file.starts_with(beginning))
        throw Error(
            Code::usage,
            "A token in an argument is seen by everybody on this machine",
            "write it to a file, or to standard input: --token -");
    std::string text;
    if (file == "-")
        text = call.terminal()
                   .ask(call.may_ask() ? "Token for " + address + ": " : std::string(), true)
                   .value_or(Secret())
                   .reveal();
    else
        text = read_file(file, most_token_bytes);
    text = trimmed(text);
    if (!text.starts_with(beginning) || text.size() > most_token_bytes)
        throw Error(
            Code::invalid,
            text.empty() ? "There is no token in what was given" : "That is no API token of caas",
            "one begins with `caas_`; make one where you are signed in with: caas token create "
            "--scope publish --name laptop");
    return Secret(std::move(text));
}

// Waits, unless the person has had enough of it.
void wait(const Call& call, std::int64_t seconds) {
    if (!call.world().clock.sleep(std::chrono::seconds(seconds), call.world().stop))
        throw Error(Code::canceled, "Interrupted");
}

// Asks until somebody has approved in a browser; RFC 8628, 3.4 and 3.5.
Secret poll(Call& call, const Json& begun) {
    constexpr std::int64_t longest_interval = 60;
    const auto code = json::text_or(begun, "device_code", "");
    auto interval =
        std::clamp<std::int64_t>(json::integer_or(begun, "interval", 5), 0, longest_interval);
    print::Progress progress(call);
    while (true) {
        progress.show("waiting for the approval in your browser");
        wait(call, interval);
        const auto answer =
            call.try_send({"POST", "auth/device/token", {}, json::dump({{"device_code", code}})});
        if (answer.status < 300)
            return Secret(json::text_or(body_of(answer), "access_token", ""));
        const auto error = json::text_or(body_of(answer), "error", "");
        if (error == "slow_down")
            interval = std::min(interval + 5, longest_interval);
        else if (error != "authorization_pending")
            throw_problem(answer);
    }
}

Secret ask_browser(Call& call, const std::string& address) {
    if (!call.terminal().is_terminal(Stream::err) || call.has("no-input"))
        throw Error(
            Code::usage,
            "Nobody is there to open a link",
            "give a token instead: caas login --server " + address + " --token -");
    const auto machine = machine_name();
    const auto begun = call.json(
        {"POST",
         "auth/device",
         {},
         json::dump(
             {{"name",
               call.option("name").value_or(machine.empty() ? "caas" : "caas on " + machine)},
              {"scope", call.option("scope").value_or("publish")}})});
    const auto code = json::text_or(begun, "user_code", "");
    // The link leads to where the person said that the daemon is, whatever that one believes.
    call.insist(
        "Open this link in any browser and sign in:\n\n  " + address +
        "/device?code=" + net::percent_encode(code) + "\n\nIt must show the code " + code + "\n\n");
    return poll(call, begun);
}

int run(Call& call) {
    const auto address = remote_address(call);
    const auto file = call.option("token");
    if (file && (call.has("scope") || call.has("name")))
        throw Error(
            Code::usage,
            "A token has its scope and its name already",
            "leave --token out, or them");
    const bool is_overruled = !call.place().token.empty();
    call.act_with(Secret());
    const auto token = file ? read_token(call, *file, address) : ask_browser(call, address);
    call.act_with(token);
    const auto answer = call.send({"GET", "auth/me"});
    const auto me = body_of(answer);
    const auto* organization = json::find(me, "organization");
    const auto name = json::text_or(me, "name", "") +
                      (organization == nullptr ? std::string()
                                               : " at " + json::text_or(*organization, "name", ""));
    config::remember_server(
        find_paths(call).servers, {address, token, name, to_rfc3339(call.now())});
    if (call.is_json())
        call.out_json(answer);
    call.say(
        "Signed in to " + address + " as " + name + ", with scope " +
        json::text_or(me, "scope", "") + ".");
    call.say("Add --server " + address + " to any command, or set CAAS_SERVER once.");
    if (is_overruled)
        call.warn("CAAS_TOKEN is set and is used instead of what was kept now");
    return 0;
}

}  // namespace

extern constexpr Command login{
    .name = "login",
    .summary = "sign in to a daemon elsewhere",
    .about =
        "Shows a link; whoever opens it, in a browser on any machine, signs in and approves. What "
        "comes back is an API token, kept in servers.toml beside the configuration, readable by "
        "you alone, and used whenever --server or CAAS_SERVER names this address. Where there is "
        "no browser, give a token that was made elsewhere. CAAS_TOKEN, if set, wins over it.",
    .arguments = {},
    .options = options,
    .examples =
        "caas login --server https://caas.example.org\n"
        "caas login --server https://caas.example.org --token - <token.txt\n"
        "caas status --server https://caas.example.org",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
