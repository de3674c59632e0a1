// Who asks, and what they may do: the role table and the scope table. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/id.h"

namespace caas::access {

// What a member is in an organization, the mightiest first.
enum class Role : std::uint8_t { owner, admin, member, viewer };

// What a token may be used for; each includes those before it.
enum class Scope : std::uint8_t { read, draft, publish, admin };

// What a route does, each listed in the role table.
enum class Action : std::uint8_t {
    read,        // look at anything of the workspace
    write,       // make and change content, versions, voices
    publish,     // schedule, publish, cancel, reconcile
    administer,  // accounts, workspaces, members, tokens
};

// The one on whose behalf something is done. A local command acts as the owner: whoever may open
// the database file may do everything.
struct Principal {
    PersonId person;
    OrganizationId organization;
    WorkspaceId workspace;  // the token's, else the organization's first
    Role role = Role::viewer;
    Scope scope = Scope::read;
    bool is_local_owner = false;
    std::optional<TokenId> token;  // that was shown, when one was
    bool is_bound = false;         // to its workspace: the others do not exist for it
};

// Whether role and scope both allow it.
bool allows(const Principal& principal, Action action);
bool allows(Role role, Action action);
bool allows(Scope scope, Action action);

std::string_view name(Role role);
std::string_view name(Scope scope);
std::string_view name(Action action);
std::optional<Role> role_of(std::string_view name);
std::optional<Scope> scope_of(std::string_view name);
// "read", "draft", "publish", "admin", for help and errors.
std::span<const std::string_view> scope_names();

}  // namespace caas::access
