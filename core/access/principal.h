// Who asks. Pure, but for what asks the store; thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "core/access/permission.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/store/connection.h"

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

// Whether whoever was let in would be let in still: their session or token holds, they are a
// member, neither they nor the organization is disabled. For what goes on long after the door.
bool is_still_in(store::Reader& reader, const Principal& principal, Instant now);
// Asked where the organization is locked: the same with the role they have by now, which others may
// have changed since they were let in. Throws refusal() when it does not allow `action`.
Principal require_still(store::Reader& reader, const Principal& principal, Action action);

}  // namespace caas::access
