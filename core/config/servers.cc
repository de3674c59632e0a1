#include "core/config/servers.h"

#include <algorithm>
#include <sstream>
#include <system_error>

#include <toml++/toml.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::config {
namespace {

constexpr std::size_t most_file_bytes = 1U << 20U;
constexpr std::string_view opening =
    "# Written by `caas login` and `caas logout`. Whoever reads this file can act as you.\n";

void require_private(const std::filesystem::path& file) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const auto mode = fs::status(file, ignored).permissions();
    if (!ignored && (mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
        throw Error(
            Code::forbidden,
            "Others on this machine may read or change " + file.string(),
            "it holds tokens: chmod 600 " + file.string() + ", and think of `caas logout`");
}

std::string text_in(const toml::table& table, std::string_view name) {
    return table[name].value<std::string>().value_or("");
}

toml::table parse(const std::string& text, const std::filesystem::path& file) {
    try {
        return toml::parse(text, file.string());
    } catch (const toml::parse_error& fault) {
        throw Error(
            Code::invalid,
            file.string() + ":" + std::to_string(fault.source().begin.line) + ": " +
                std::string(fault.description()),
            "remove the file and sign in again: caas login");
    }
}

std::string written(const std::vector<KnownServer>& servers) {
    toml::table all;
    for (const auto& server : servers)
        all.insert(
            server.url,
            toml::table{
                {"token", server.token.reveal()},
                {"name", server.name},
                {"signed_in_at", server.signed_in_at}});
    std::ostringstream out;
    out << opening << toml::table{{"servers", std::move(all)}} << "\n";
    return std::move(out).str();
}

// Reads, changes and writes as one: of two that sign in at once, neither is lost.
template <typename Change>
void rewrite(const std::filesystem::path& file, Change change) {
    make_folder(file.parent_path());
    auto lock_file = file;
    lock_file += ".lock";
    const auto lock = FileLock::try_take(lock_file);
    if (!lock)
        throw Error(Code::busy, "Another caas is signing in or out", "try again in a moment");
    auto servers = known_servers(file);
    change(servers);
    write_file(file, written(servers));
}

void drop(std::vector<KnownServer>& servers, std::string_view url) {
    std::erase_if(servers, [url](const KnownServer& server) { return server.url == url; });
}

}  // namespace

std::vector<KnownServer> known_servers(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return {};
    require_private(file);
    const auto read = parse(read_file(file, most_file_bytes), file);
    std::vector<KnownServer> servers;
    const auto* table = read["servers"].as_table();
    if (table == nullptr)
        return servers;
    for (const auto& [url, node] : *table) {
        if (const auto* one = node.as_table(); one != nullptr)
            servers.push_back(
                {std::string(url.str()),
                 Secret(text_in(*one, "token")),
                 text_in(*one, "name"),
                 text_in(*one, "signed_in_at")});
    }
    return servers;
}

std::optional<KnownServer> find_server(const std::filesystem::path& file, std::string_view url) {
    for (auto& server : known_servers(file)) {
        if (server.url == url)
            return std::move(server);
    }
    return std::nullopt;
}

void remember_server(const std::filesystem::path& file, const KnownServer& server) {
    rewrite(file, [&server](std::vector<KnownServer>& servers) {
        drop(servers, server.url);
        servers.push_back(server);
    });
}

bool forget_server(const std::filesystem::path& file, std::string_view url) {
    if (!find_server(file, url))
        return false;
    rewrite(file, [url](std::vector<KnownServer>& servers) { drop(servers, url); });
    return true;
}

}  // namespace caas::config
