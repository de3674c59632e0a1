// Which workspace and organization a command acts in.
#pragma once

#include "cli/call.h"

namespace caas::cli::command {

inline constexpr Option workspace_option{
    .name = "workspace", .value = "NAME", .help = "another workspace than your own, by name or id"};

inline constexpr Option organization_option{
    .name = "org", .value = "NAME", .help = "another organization than your own, by name or id"};

// "organizations/…" of the one --org names, or of the one the caller acts in.
std::string organization_path(Call& call);
// The id of the workspace --workspace names, or of the caller's own. Throws Error: not_found,
// conflict when several fit.
std::string workspace_id(Call& call);
std::string organization_id(Call& call);

}  // namespace caas::cli::command
