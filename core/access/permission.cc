#include "core/access/permission.h"

#include <algorithm>

namespace caas::access {
namespace {

constexpr std::array<std::string_view, 4> roles{"owner", "admin", "member", "viewer"};
constexpr std::array<std::string_view, 4> scopes{"read", "draft", "publish", "admin"};

constexpr bool yes = true;
constexpr bool no = false;

//                                 owner admin member viewer
constexpr std::array<bool, 4> everybody{yes, yes, yes, yes};
constexpr std::array<bool, 4> writers{yes, yes, yes, no};
constexpr std::array<bool, 4> admins{yes, yes, no, no};
constexpr std::array<bool, 4> owners{yes, no, no, no};
constexpr std::array<bool, 4> nobody{no, no, no, no};

constexpr std::array<Permission, 17> table{{
    {Action::read,
     "read",
     "look at contents, posts and accounts",
     everybody,
     Scope::read,
     Reach::workspace},
    {Action::write,
     "write",
     "make and change contents and voices",
     writers,
     Scope::draft,
     Reach::workspace},
    {Action::publish,
     "publish",
     "schedule, publish, cancel and reconcile posts",
     writers,
     Scope::publish,
     Reach::workspace},
    {Action::manage_accounts,
     "manage_accounts",
     "connect, pause and disconnect accounts",
     admins,
     Scope::admin,
     Reach::workspace},
    {Action::manage_workspaces,
     "manage_workspaces",
     "change workspaces",
     admins,
     Scope::admin,
     Reach::workspace},
    {Action::manage_tokens,
     "manage_tokens",
     "make API tokens, see and revoke those of others",
     admins,
     Scope::admin,
     Reach::workspace},
    {Action::manage_own_tokens,
     "manage_own_tokens",
     "revoke API tokens of your own",
     everybody,
     Scope::publish,
     Reach::workspace},
    {Action::read_members,
     "read_members",
     "see who is a member",
     everybody,
     Scope::read,
     Reach::organization},
    {Action::manage_members,
     "manage_members",
     "invite and remove members and change their roles",
     admins,
     Scope::admin,
     Reach::organization},
    {Action::manage_organization,
     "manage_organization",
     "rename the organization, make and delete workspaces",
     admins,
     Scope::admin,
     Reach::organization},
    {Action::read_audit,
     "read_audit",
     "read the audit log",
     admins,
     Scope::admin,
     Reach::organization},
    {Action::transfer,
     "transfer",
     "hand the organization over to another member",
     owners,
     Scope::admin,
     Reach::organization},
    {Action::delete_organization,
     "delete_organization",
     "delete the organization",
     owners,
     Scope::admin,
     Reach::organization},
    {Action::manage_billing,
     "manage_billing",
     "buy, change and cancel plans, and choose what they lock",
     owners,
     Scope::admin,
     Reach::organization},
    {Action::manage_self,
     "manage_self",
     "change what is your own, start, join and leave organizations",
     everybody,
     Scope::admin,
     Reach::organization},
    {Action::administer_installation,
     "administer_installation",
     "administer the installation",
     nobody,
     Scope::admin,
     Reach::installation},
    {Action::none, "none", "do this", nobody, Scope::admin, Reach::workspace},
}};

consteval bool is_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].action) != i)
            return false;
    }
    return true;
}

static_assert(is_in_order(), "permission() indexes the table by action");
static_assert(static_cast<std::size_t>(Action::none) + 1 == table.size());

// A mightier role has whatever a lesser one has; transfer and invitations rely on it.
consteval bool is_nested() {
    return std::all_of(table.begin(), table.end(), [](const Permission& row) {
        return std::is_sorted(row.roles.rbegin(), row.roles.rend());
    });
}

static_assert(is_nested());

template <typename Kind>
std::optional<Kind> find(std::span<const std::string_view> names, std::string_view name) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        return std::nullopt;
    return static_cast<Kind>(at - names.begin());
}

std::string padded(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

}  // namespace

std::span<const Permission> permissions() {
    return std::span(table).first(table.size() - 1);
}

const Permission& permission(Action action) {
    return table[static_cast<std::size_t>(action)];
}

bool allows(Role role, Action action) {
    return permission(action).roles[static_cast<std::size_t>(role)];
}

bool allows(Scope scope, Action action) {
    return scope >= permission(action).least;
}

std::string_view name(Role role) {
    return roles[static_cast<std::size_t>(role)];
}

std::string_view name(Scope scope) {
    return scopes[static_cast<std::size_t>(scope)];
}

std::string_view name(Action action) {
    return permission(action).name;
}

std::optional<Role> role_of(std::string_view name) {
    return find<Role>(roles, name);
}

std::optional<Scope> scope_of(std::string_view name) {
    return find<Scope>(scopes, name);
}

std::span<const std::string_view> role_names() {
    return roles;
}

std::span<const std::string_view> scope_names() {
    return scopes;
}

std::string permission_text() {
    constexpr std::size_t action_width = 25;
    constexpr std::size_t role_width = 8;
    std::string out = padded("ACTION", action_width);
    for (const auto* title : {"OWNER", "ADMIN", "MEMBER", "VIEWER"})
        out += padded(title, role_width);
    out += "TOKEN\n";
    for (const auto& row : permissions()) {
        out += padded(row.name, action_width);
        for (const bool has : row.roles)
            out += padded(has ? "yes" : "-", role_width);
        out += std::string(name(row.least)) + "\n";
    }
    return out;
}

}  // namespace caas::access
