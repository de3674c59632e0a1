#include "cli/command/tenancy.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace caas::cli::command {
namespace {

constexpr std::size_t least_id_bytes = 4;

bool is_meant(const Json& workspace, std::string_view typed) {
    const auto id = json::text_or(workspace, "id", "");
    const bool is_part =
        typed.size() >= least_id_bytes && typed.size() <= id.size() &&
        (id.substr(0, typed.size()) == typed || id.substr(id.size() - typed.size()) == typed);
    return is_part || json::text_or(workspace, "name", "") == typed;
}

}  // namespace

std::string workspace_id(Call& call) {
    const auto typed = call.option("workspace");
    if (!typed)
        return json::text_or(call.json({"GET", "auth/me"}), "workspace_id", "");
    const auto list = call.json({"GET", "workspaces"});
    std::vector<std::string> fitting;
    for (const auto& workspace : list.at("items")) {
        if (is_meant(workspace, *typed))
            fitting.push_back(json::text_or(workspace, "id", ""));
    }
    if (fitting.empty())
        throw Error(
            Code::not_found, "There is no workspace `" + *typed + "`", "see `caas workspace list`");
    if (fitting.size() > 1)
        throw Error(
            Code::usage,
            "Several workspaces fit `" + *typed + "`",
            "name it whole: see `caas workspace list`");
    return fitting.front();
}

std::string organization_id(Call& call) {
    return json::text_or(call.json({"GET", "auth/me"}), "organization_id", "");
}

}  // namespace caas::cli::command
