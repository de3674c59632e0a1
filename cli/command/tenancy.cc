#include "cli/command/tenancy.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/net/url.h"

namespace caas::cli::command {

std::string workspace_id(Call& call) {
    const auto typed = call.option("workspace");
    if (!typed)
        return json::text_or(call.json({"GET", "auth/me"}), "workspace_id", "");
    if (typed->empty())
        throw Error(Code::usage, "`--workspace` names no workspace", "see `caas workspace list`");
    return json::text_or(call.json({"GET", "workspaces/" + net::percent_encode(*typed)}), "id", "");
}

std::string organization_path(Call& call) {
    const auto typed = call.option("org");
    if (typed && typed->empty())
        throw Error(Code::usage, "`--org` names no organization", "see `caas org list`");
    return "organizations/" + net::percent_encode(typed ? *typed : organization_id(call));
}

std::string organization_id(Call& call) {
    return json::text_or(call.json({"GET", "auth/me"}), "organization_id", "");
}

}  // namespace caas::cli::command
