#include "core/access/principal.h"

#include <string>

namespace caas::access {

bool allows(const Principal& principal, Action action) {
    const auto& row = permission(action);
    if (!allows(principal.scope, action))
        return false;
    if (row.reach == Reach::installation)
        return principal.is_installation_owner && !principal.is_bound;
    return allows(principal.role, action) && (row.reach == Reach::workspace || !principal.is_bound);
}

Error refusal(const Principal& principal, Action action) {
    const auto& row = permission(action);
    const auto may_not = "You may not " + std::string(row.what);
    if (row.reach == Reach::installation && !principal.is_installation_owner)
        return {
            Code::forbidden,
            may_not,
            "only the owner of the installation may, or `caas admin` on its machine"};
    if (row.reach != Reach::installation && principal.organization.empty())
        return {
            Code::forbidden,
            may_not + ": you are in no organization",
            "make one with POST organizations, or accept an invitation"};
    if (row.reach != Reach::installation && !allows(principal.role, action))
        return {
            Code::forbidden,
            may_not + ": your role is `" + std::string(name(principal.role)) + "`",
            row.roles[static_cast<std::size_t>(Role::admin)]
                ? "ask an owner or admin of the organization; `caas org roles` lists who may what"
                : "ask an owner of the organization; `caas org roles` lists who may what"};
    if (!allows(principal.scope, action))
        return {
            Code::forbidden,
            may_not + ": the scope of your token is `" + std::string(name(principal.scope)) + "`",
            "use a token with the scope `" + std::string(name(row.least)) + "`"};
    return {
        Code::forbidden,
        may_not + ": your token is for one workspace only",
        "use a token for all workspaces"};
}

}  // namespace caas::access
