// Who asks. Pure; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "core/access/permission.h"
#include "core/base/error.h"
#include "core/base/id.h"

namespace caas::access {

using SessionId = Id<struct SessionTag>;

// The one on whose behalf something is done. A local command acts as the owner: whoever may open
// the database file may do everything.
struct Principal {
    PersonId person;
    OrganizationId organization;
    WorkspaceId workspace;  // the token's, else the organization's first
    Role role = Role::viewer;
    Scope scope = Scope::read;
    bool is_local_owner = false;
    std::optional<TokenId> token;        // that was shown, when one was
    bool is_bound = false;               // to its workspace: the others do not exist for it
    bool is_installation_owner = false;  // may administer the installation
    std::optional<SessionId> session;    // in which they are signed in, by their password
};

// Whether role, scope and what a token is bound to all allow it.
bool allows(const Principal& principal, Action action);
// Why not, and what to do about it: Error(forbidden).
Error refusal(const Principal& principal, Action action);

}  // namespace caas::access
