#include "core/access/principal.h"

#include <string>

#include "core/access/member.h"

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

bool is_still_in(store::Reader& reader, const Principal& principal, Instant now) {
    // Who is in no organization sees nothing of any.
    if (principal.is_local_owner || principal.organization.empty())
        return true;
    const auto token = principal.token ? std::optional(principal.token->text()) : std::nullopt;
    const auto session =
        principal.session ? std::optional(principal.session->text()) : std::nullopt;
    return !reader
                .query(
                    R"sql(
SELECT m.person_id FROM member m
JOIN person p ON p.id = m.person_id
JOIN organization o ON o.id = m.organization_id
WHERE m.organization_id = $1 AND m.person_id = $2
  AND p.disabled_at IS NULL AND o.disabled_at IS NULL
  AND (CAST($3 AS TEXT) IS NULL OR EXISTS (
      SELECT t.id FROM token t
      WHERE t.id = $3 AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > CAST($5 AS BIGINT))))
  AND (CAST($4 AS TEXT) IS NULL OR EXISTS (
      SELECT s.id FROM session s
      WHERE s.id = $4 AND s.ended_at IS NULL AND s.expires_at > CAST($5 AS BIGINT))))sql",
                    {principal.organization, principal.person, token, session, now})
                .empty();
}

Principal require_still(store::Reader& reader, const Principal& principal, Action action) {
    if (principal.is_local_owner)
        return principal;
    const auto role = role_in(reader, principal.organization, principal.person);
    auto current = principal;
    current.role = role.value_or(Role::viewer);
    if (!role || !allows(current, action))
        throw refusal(current, action);
    return current;
}

}  // namespace caas::access
