#include <array>

#include <nlohmann/json.hpp>

#include "cli/command/commands.h"
#include "cli/installation.h"
#include "core/base/error.h"
#include "core/config/servers.h"

namespace caas::cli::command {
namespace {

constexpr std::array options{
    Option{
        .name = "keep-token",
        .value = "",
        .help = "only forget the token here; it goes on working for whoever else has it"},
};

// The server to leave: the one that was named, else the only one there is.
config::KnownServer find(const Call& call, const std::filesystem::path& file) {
    if (!call.place().server.empty()) {
        const auto address = remote_address(call);
        auto known = config::find_server(file, address);
        if (!known)
            throw Error(Code::not_found, "You are not signed in to " + address);
        return *std::move(known);
    }
    auto all = config::known_servers(file);
    if (all.empty())
        throw Error(Code::not_found, "You are signed in nowhere", "see `caas login --help`");
    if (all.size() > 1) {
        std::string names;
        for (const auto& server : all)
            names += (names.empty() ? "" : ", ") + server.url;
        throw Error(Code::usage, "You are signed in to " + names, "name one with --server URL");
    }
    return std::move(all.front());
}

void revoke(Call& call, const config::KnownServer& server) {
    call.act_with(server.token, server.url);
    try {
        const auto answer = call.try_send({"DELETE", "auth/token"});
        // 401: it was revoked already, or has expired.
        if (answer.status >= 400 && answer.status != 401)
            throw_problem(answer);
    } catch (const Error& error) {
        if (error.code() != Code::canceled)
            call.warn(
                "nothing was changed; `caas logout --keep-token` forgets the token here and leaves "
                "it valid there");
        throw;
    }
}

int run(Call& call) {
    const auto file = find_paths(call).servers;
    const auto server = find(call, file);
    if (!call.has("keep-token"))
        revoke(call, server);
    config::forget_server(file, server.url);
    call.say(
        call.has("keep-token")
            ? "Forgot the token for " + server.url + ". It is still valid there."
            : "Signed out of " + server.url + ": the token is revoked and forgotten.");
    return 0;
}

}  // namespace

extern constexpr Command logout{
    .name = "logout",
    .summary = "sign out of a daemon elsewhere",
    .about = "Revokes the token that `caas login` kept, and forgets it.",
    .arguments = {},
    .options = options,
    .examples = "caas logout --server https://caas.example.org",
    .children = {},
    .run = run,
};

}  // namespace caas::cli::command
