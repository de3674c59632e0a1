// What accounts are called. A person names them, or the identity's handle does; the name is unique
// among the accounts of a workspace that are not disconnected.
//
// Pure functions, and functions over a reader.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"

namespace caas::platform {

inline constexpr std::size_t most_name_bytes = 100;

// Throws Error(invalid) for what is no name, and for a new one with characters that steer
// (core/text/steering.h): accounts that are called so from before keep their names.
void require_account_name(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view account_name);

// Throws Error: invalid as above, conflict when an account of another platform is called so: known
// before anybody has been asked who they are.
void require_name_for(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view platform,
    std::string_view account_name);

// Whether the name is that of an account that is another identity.
bool is_name_taken(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view account_name,
    std::string_view platform,
    const Identity& identity);

// Of this platform (Driver::has_ids_by_server). Then a query for an identity asks for its server or
// its handle as well: a server may move, and a handle change, but hardly both at once.
bool has_ids_by_server(std::string_view platform);

// Across tenants: all accounts that are the same identity as this one, itself among them, under
// whatever name, in whatever workspace and also when disconnected: they show one list of posts.
std::vector<AccountId> accounts_of_identity(store::Reader& reader, const AccountId& account);

// The refusal of a name that another account has: which is on this platform, with this handle.
Error name_taken(std::string_view account_name, std::string_view platform, std::string_view handle);

// What an identity is kept under when nobody named it: the name of the account that it has already
// (one that needs a sign-in before any other), or else its handle, or else one made of its handle
// and the platform that no account has.
std::string default_account_name(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view platform,
    const Identity& identity);

// The command, for a shell, that signs in to this account again and makes no second one.
std::string connect_again(std::string_view platform, std::string_view account_name);

// The same error, whose hint names this account where it ends in the command without a name:
// drivers do not know what their accounts are called.
Error naming_account(const Error& error, std::string_view platform, std::string_view account_name);

}  // namespace caas::platform
