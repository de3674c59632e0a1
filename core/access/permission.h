// Who may do what: one table with a row for each action, which roles have it, from which scope of a
// token on, and how far it reaches. Routes name an action; `caas org roles`, the manual and the
// answers of the API read this table. Pure; thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caas::access {

// What a member is in an organization, the mightiest first.
enum class Role : std::uint8_t { owner, admin, member, viewer };

// What a token may be used for; each includes those before it.
enum class Scope : std::uint8_t { read, draft, publish, admin };

// What a route does.
enum class Action : std::uint8_t {
    read,
    write,
    publish,
    manage_accounts,
    manage_workspaces,
    manage_tokens,
    manage_own_tokens,
    read_members,
    manage_members,
    manage_organization,
    read_audit,
    transfer,
    delete_organization,
    manage_billing,
    manage_self,
    administer_installation,
    none,  // what nobody said: nobody may
};

// A token that is bound to one workspace has no action that reaches further.
enum class Reach : std::uint8_t { workspace, organization, installation };

struct Permission {
    Action action;
    std::string_view name;      // stable
    std::string_view what;      // "You may not …"
    std::array<bool, 4> roles;  // owner, admin, member, viewer
    Scope least;                // a token needs this scope or a wider one
    Reach reach;
};

// One row an action, in their order.
std::span<const Permission> permissions();
const Permission& permission(Action action);

bool allows(Role role, Action action);
bool allows(Scope scope, Action action);

std::string_view name(Role role);
std::string_view name(Scope scope);
std::string_view name(Action action);
std::optional<Role> role_of(std::string_view name);
std::optional<Scope> scope_of(std::string_view name);
// "owner", "admin", "member", "viewer".
std::span<const std::string_view> role_names();
// "read", "draft", "publish", "admin", for help and errors.
std::span<const std::string_view> scope_names();

// The table for people, as `caas org roles` and the manual show it: aligned lines.
std::string permission_text();

}  // namespace caas::access
