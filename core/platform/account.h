// Connected accounts: one identity on one platform, its state, and its credentials sealed by the
// vault under the account's own name. Reading an account never gives its secrets; open_account
// does.
//
// Functions over a reader or a transaction; plain values.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"
#include "core/store/page.h"
#include "core/vault/vault.h"

namespace caas::platform {

enum class AccountState : std::uint8_t { active, paused, needs_sign_in, disconnected };

// What to do when nobody can tell whether a post went out.
enum class OnUnknown : std::uint8_t { ask, resend };

std::string_view name(AccountState state);
// Throws Error(storage_corrupt) for a word that is none.
AccountState stored_account_state(const std::string& word);
std::string_view name(OnUnknown on_unknown);
// nullopt for any other word.
std::optional<OnUnknown> find_on_unknown(std::string_view word);

struct Account {
    AccountId id;
    WorkspaceId workspace;
    std::string platform;
    std::string name;
    std::string handle;
    std::string remote_id;
    std::string base_url;
    std::string config;  // JSON object of the driver's making; holds no secret
    std::optional<Instant> secret_expires_at;
    std::optional<std::string> zone;  // nullopt: that of the workspace
    AccountState state = AccountState::active;
    std::optional<std::string> state_reason;
    Milliseconds catch_up{};
    OnUnknown on_unknown = OnUnknown::ask;
    Instant created_at{};
    Instant updated_at{};
    std::string scopes{};  // as they were granted, separated by blanks; empty: not known
};

struct NewAccount {
    WorkspaceId workspace;
    std::string platform;
    std::string name;
    std::optional<std::string> zone;
    Identity identity;  // what the driver's connect() gave
    Milliseconds catch_up = std::chrono::hours(24);
    OnUnknown on_unknown = OnUnknown::ask;
};

// Opens the vault when there is something to seal or to open; an outbox needs none.
using OpenVault = std::function<const vault::Vault&()>;

// Keeps an identity under a name. An account of the same name and platform is taken up again, with
// its id, when it is the same identity (account_name.h): it gets the new credentials, and is active
// unless a person paused it. Throws Error: conflict when the name belongs to another identity,
// invalid when it is no name.
Account insert_account(
    store::Transaction& transaction,
    IdMaker& ids,
    const OpenVault& vault,
    const NewAccount& wanted,
    Instant now);

// What an outbox that writes into this folder is; needs no connecting.
Identity outbox_identity(const std::string& folder);

// Those that are not disconnected, the oldest first.
store::Slice<Account> list_accounts(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page = {});
// By name, or by its id or a beginning or end of it; disconnected ones by their id only. Throws
// Error: not_found; conflict when several fit, one of them by its id and another by its name, too.
Account get_account(store::Reader& reader, const WorkspaceId& workspace, std::string_view who);

// Whether nobody has changed the account since it was read.
bool is_unchanged(store::Reader& reader, const Account& account);

// Across tenants: for the engine, which has the id from a post. Throws Error(not_found).
Account load_account(store::Reader& reader, const AccountId& id);

// Across tenants: whether anybody has an active account on one of these platforms.
bool has_account_on(store::Reader& reader, std::span<const std::string> platforms);

// What the engine asks of an account again and again.
struct Standing {
    AccountId account;
    AccountState state = AccountState::active;
    Milliseconds catch_up{};
    OnUnknown on_unknown = OnUnknown::ask;
};

// Across tenants as load_account.
Standing load_standing(store::Reader& reader, const AccountId& id);
// The account as drivers see it, with its credentials in clear. Across tenants as load_account.
// Throws Error: not_found, platform_sign_in when the credentials it needs are not there, and what
// the vault throws.
Access open_account(store::Reader& reader, const OpenVault& vault, const AccountId& id);

// Both of one account.
struct Prepared {
    Standing standing;
    Access access;
    std::optional<Error> refusal;  // why it cannot be opened
};

// Both of several, in no order; those that are not there are left out. Across tenants.
std::vector<Prepared> prepare_accounts(
    store::Reader& reader, const OpenVault& vault, std::span<const AccountId> ids);

// The rest changes one account, whose id the caller has found in its workspace or on a post; each
// throws Error(not_found) when there is none. Not for disconnecting.
void set_state(
    store::Transaction& transaction,
    const AccountId& id,
    AccountState state,
    std::string_view reason,
    Instant now);
void set_on_unknown(
    store::Transaction& transaction, const AccountId& id, OnUnknown on_unknown, Instant now);
// New credentials of the same identity, after a refresh.
void keep_credentials(
    store::Transaction& transaction,
    const vault::Vault& vault,
    const AccountId& id,
    const Credentials& credentials,
    Instant now);
// What check() found: the handle, the server and its limits may have changed. Leaves credentials.
void keep_identity(
    store::Transaction& transaction, const AccountId& id, const Identity& identity, Instant now);
// Forgets the credentials and frees the name; the row stays, since posts point at it.
void disconnect_account(store::Transaction& transaction, const AccountId& id, Instant now);

// The platform's limits with what the account's own server allows.
Limits limits_of(const Account& account);

}  // namespace caas::platform
