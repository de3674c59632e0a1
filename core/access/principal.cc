#include "core/access/principal.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace caas::access {
namespace {

constexpr std::array<std::string_view, 4> roles{"owner", "admin", "member", "viewer"};
constexpr std::array<std::string_view, 4> scopes{"read", "draft", "publish", "admin"};
constexpr std::array<std::string_view, 4> actions{"read", "write", "publish", "administer"};

constexpr bool yes = true;
constexpr bool no = false;

// One row a role, one column an action.
constexpr std::array<std::array<bool, 4>, 4> role_table{{
    // read, write, publish, administer
    {yes, yes, yes, yes},  // owner
    {yes, yes, yes, yes},  // admin
    {yes, yes, yes, no},   // member
    {yes, no, no, no},     // viewer
}};

constexpr std::array<std::array<bool, 4>, 4> scope_table{{
    {yes, no, no, no},     // read
    {yes, yes, no, no},    // draft
    {yes, yes, yes, no},   // publish
    {yes, yes, yes, yes},  // admin
}};

template <typename Kind>
std::optional<Kind> find(std::span<const std::string_view> names, std::string_view name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        return std::nullopt;
    return static_cast<Kind>(at - names.begin());
}

}  // namespace

bool allows(const Principal& principal, Action action) {
    return allows(principal.role, action) && allows(principal.scope, action);
}

bool allows(Role role, Action action) {
    return role_table[static_cast<std::size_t>(role)][static_cast<std::size_t>(action)];
}

bool allows(Scope scope, Action action) {
    return scope_table[static_cast<std::size_t>(scope)][static_cast<std::size_t>(action)];
}

std::string_view name(Role role) {
    return roles[static_cast<std::size_t>(role)];
}

std::string_view name(Scope scope) {
    return scopes[static_cast<std::size_t>(scope)];
}

std::string_view name(Action action) {
    return actions[static_cast<std::size_t>(action)];
}

std::optional<Role> role_of(std::string_view name) {
    return find<Role>(roles, name);
}

std::optional<Scope> scope_of(std::string_view name) {
    return find<Scope>(scopes, name);
}

std::span<const std::string_view> scope_names() {
    return scopes;
}

}  // namespace caas::access
