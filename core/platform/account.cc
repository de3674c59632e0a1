#include "core/platform/account.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/platform/account_name.h"
#include "core/platform/credentials.h"
#include "core/platform/lint.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::platform {
namespace {

constexpr store::FragmentQueries by_fragment{
    R"sql(
SELECT id
FROM account
WHERE workspace_id = $1
  AND id >= $2
  AND id < $3
ORDER BY id
LIMIT 5)sql",
    R"sql(
SELECT id
FROM account
WHERE workspace_id = $1
  AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

// The columns in the order of every SELECT below.
Account read_account(const store::Row& row) {
    return {
        .id = row.id<AccountId>(0),
        .workspace = row.id<WorkspaceId>(1),
        .platform = row.text(2),
        .name = row.text(3),
        .handle = row.text(4),
        .remote_id = row.text(5),
        .base_url = row.text(6),
        .config = row.text(7),
        .secret_expires_at = row.maybe_instant(8),
        .zone = row.maybe_text(9),
        .state = stored_account_state(row.text(10)),
        .state_reason = row.maybe_text(11),
        .catch_up = Milliseconds(row.integer(12)),
        .on_unknown = find_on_unknown(row.text(13)).value_or(OnUnknown::ask),
        .created_at = row.instant(14),
        .updated_at = row.instant(15),
        .scopes = row.maybe_text(16).value_or("")};
}

Error none(std::string_view who) {
    return {
        Code::not_found,
        "There is no account '" + text::repaired(who.substr(0, most_name_bytes)) + "'",
        "`caas account list` shows them."};
}

store::Rows accounts_called(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view account_name) {
    if (!text::is_utf8(account_name) || text::has_nul(account_name))
        return {};
    return reader.query(
        R"sql(
SELECT id, workspace_id, platform, name, handle, remote_id, base_url, config, secret_expires_at,
    zone, state, state_reason, catch_up_ms, on_unknown, created_at, updated_at, scopes
FROM account
WHERE workspace_id = $1
  AND name = $2
  AND state <> 'disconnected')sql",
        {workspace, account_name});
}

std::optional<Account> find_named(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view account_name) {
    const auto rows = accounts_called(reader, workspace, account_name);
    return rows.empty() ? std::nullopt : std::optional(read_account(rows.front()));
}

// A disconnected one that may be taken up again.
std::optional<Account> find_former(store::Reader& reader, const NewAccount& wanted) {
    const auto rows = reader.query(
        R"sql(
SELECT id, workspace_id, platform, name, handle, remote_id, base_url, config, secret_expires_at,
    zone, state, state_reason, catch_up_ms, on_unknown, created_at, updated_at, scopes
FROM account
WHERE workspace_id = $1
  AND name = $2
  AND platform = $3
  AND remote_id = $4
  AND ($5 = 0 OR base_url = $6 OR handle = $7)
  AND state = 'disconnected'
ORDER BY id DESC
LIMIT 1)sql",
        {wanted.workspace,
         wanted.name,
         wanted.platform,
         wanted.identity.remote_id,
         has_ids_by_server(wanted.platform),
         wanted.identity.base_url,
         wanted.identity.handle});
    return rows.empty() ? std::nullopt : std::optional(read_account(rows.front()));
}

std::optional<std::string> seal(
    const OpenVault& vault, const AccountId& id, const Credentials& credentials) {
    if (is_empty(credentials))
        return std::nullopt;
    return seal_credentials(vault(), id, credentials);
}

std::optional<std::string> maybe(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

void require_changed(std::int64_t rows, const AccountId& id) {
    if (rows == 0)
        throw none(id.text());
}

// What the account is to be, with the promises it was given before and that are not given anew.
std::string config_of(const Account& account, const Identity& identity) {
    const auto* driver = find(account.platform);
    auto config = json::try_parse(identity.config);
    const auto before = json::try_parse(account.config);
    if (driver == nullptr || driver->promises.empty() || !config || !before)
        return identity.config;
    for (const auto promise : driver->promises) {
        const auto* kept = json::find(*before, promise);
        if (kept != nullptr && json::find(*config, promise) == nullptr)
            (*config)[std::string(promise)] = *kept;
    }
    return json::dump(*config);
}

AccountId take_up(
    store::Transaction& transaction,
    const OpenVault& vault,
    const Account& account,
    const NewAccount& wanted,
    Instant now) {
    const auto& identity = wanted.identity;
    const bool stays_paused = account.state == AccountState::paused;
    transaction.execute(
        R"sql(
UPDATE account
SET handle = $2, base_url = $3, config = $4, secret = $5, secret_expires_at = $6,
    zone = CASE WHEN CAST($7 AS TEXT) IS NULL THEN zone ELSE $7 END,
    state = $8, state_reason = $9, updated_at = $10, scopes = $11
WHERE id = $1)sql",
        {account.id,
         identity.handle,
         identity.base_url,
         config_of(account, identity),
         seal(vault, account.id, identity.credentials),
         identity.credentials.expires_at,
         wanted.zone,
         name(stays_paused ? AccountState::paused : AccountState::active),
         stays_paused ? account.state_reason : std::nullopt,
         now,
         maybe(identity.scopes)});
    return account.id;
}

}  // namespace

Account insert_account(
    store::Transaction& transaction,
    IdMaker& ids,
    const OpenVault& vault,
    const NewAccount& wanted,
    Instant now) {
    require_account_name(transaction, wanted.workspace, wanted.name);
    const auto& identity = wanted.identity;
    if (const auto same = find_named(transaction, wanted.workspace, wanted.name)) {
        if (is_name_taken(transaction, wanted.workspace, wanted.name, wanted.platform, identity))
            throw name_taken(same->name, same->platform, same->handle);
        return load_account(transaction, take_up(transaction, vault, *same, wanted, now));
    }
    if (const auto former = find_former(transaction, wanted))
        return load_account(transaction, take_up(transaction, vault, *former, wanted, now));
    const auto id = ids.make<AccountId>();
    transaction.execute(
        R"sql(
INSERT INTO account (id, workspace_id, platform, name, handle, remote_id, base_url, config, secret,
    secret_expires_at, zone, state, state_reason, catch_up_ms, on_unknown, created_at, updated_at,
    scopes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'active', NULL, $12, $13, $14, $14, $15))sql",
        {id,
         wanted.workspace,
         wanted.platform,
         wanted.name,
         identity.handle,
         identity.remote_id,
         identity.base_url,
         identity.config,
         seal(vault, id, identity.credentials),
         identity.credentials.expires_at,
         wanted.zone,
         std::int64_t{wanted.catch_up.count()},
         name(wanted.on_unknown),
         now,
         maybe(identity.scopes)});
    return load_account(transaction, id);
}

store::Slice<Account> list_accounts(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page) {
    const store::PagedList list{.name = "accounts", .owner = workspace.text(), .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT id, workspace_id, platform, name, handle, remote_id, base_url, config, secret_expires_at,
    zone, state, state_reason, catch_up_ms, on_unknown, created_at, updated_at, scopes
FROM account
WHERE workspace_id = $1
  AND state <> 'disconnected'
  AND (CAST($2 AS TEXT) IS NULL OR id > $2)
ORDER BY id
LIMIT $3)sql",
        {workspace, after.at(0), store::rows_for(page)});
    std::vector<Account> accounts;
    accounts.reserve(rows.size());
    for (const auto& row : rows)
        accounts.push_back(read_account(row));
    return store::slice(std::move(accounts), page, list, [](const Account& account) {
        return store::Values{account.id};
    });
}

Account get_account(store::Reader& reader, const WorkspaceId& workspace, std::string_view who) {
    const auto named = accounts_called(reader, workspace, who);
    const auto id =
        store::find_by_id_or_name(reader, by_fragment, workspace, who, named, "account");
    if (!id)
        throw none(who);
    if (!named.empty() && named.front().view(0) == *id)
        return read_account(named.front());
    return load_account(reader, AccountId(*id));
}

Account load_account(store::Reader& reader, const AccountId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT id, workspace_id, platform, name, handle, remote_id, base_url, config, secret_expires_at,
    zone, state, state_reason, catch_up_ms, on_unknown, created_at, updated_at, scopes
FROM account
WHERE id = $1)sql",
        {id});
    if (rows.empty())
        throw none(id.text());
    return read_account(rows.front());
}

bool is_unchanged(store::Reader& reader, const Account& account) {
    return !reader
                .query(
                    R"sql(
SELECT 1
FROM account
WHERE id = $1
    AND name = $2
    AND state = $3
    AND updated_at = $4)sql",
                    {account.id, account.name, name(account.state), account.updated_at})
                .empty();
}

void set_state(
    store::Transaction& transaction,
    const AccountId& id,
    AccountState state,
    std::string_view reason,
    Instant now) {
    const auto why = reason.empty() ? std::nullopt : std::optional(std::string(reason));
    const auto rows = transaction.execute(
        R"sql(
UPDATE account
SET state = $2, state_reason = $3, updated_at = $4
WHERE id = $1
  AND state <> 'disconnected')sql",
        {id, name(state), why, now});
    require_changed(rows, id);
}

void set_on_unknown(
    store::Transaction& transaction, const AccountId& id, OnUnknown on_unknown, Instant now) {
    const auto rows = transaction.execute(
        R"sql(
UPDATE account
SET on_unknown = $2, updated_at = $3
WHERE id = $1
  AND state <> 'disconnected')sql",
        {id, name(on_unknown), now});
    require_changed(rows, id);
}

void keep_credentials(
    store::Transaction& transaction,
    const vault::Vault& vault,
    const AccountId& id,
    const Credentials& credentials,
    Instant now) {
    const auto rows = transaction.execute(
        R"sql(
UPDATE account
SET secret = $2, secret_expires_at = $3, updated_at = $4
WHERE id = $1
  AND state <> 'disconnected')sql",
        {id, seal_credentials(vault, id, credentials), credentials.expires_at, now});
    require_changed(rows, id);
}

void keep_identity(
    store::Transaction& transaction, const AccountId& id, const Identity& identity, Instant now) {
    const auto rows = transaction.execute(
        R"sql(
UPDATE account
SET handle = $2, base_url = $3, config = $4, updated_at = $5,
    scopes = CASE WHEN CAST($6 AS TEXT) IS NULL THEN scopes ELSE $6 END
WHERE id = $1
  AND state <> 'disconnected')sql",
        {id, identity.handle, identity.base_url, identity.config, now, maybe(identity.scopes)});
    require_changed(rows, id);
}

void disconnect_account(store::Transaction& transaction, const AccountId& id, Instant now) {
    const auto rows = transaction.execute(
        R"sql(
UPDATE account
SET state = 'disconnected', state_reason = NULL, secret = NULL, secret_expires_at = NULL,
    updated_at = $2
WHERE id = $1)sql",
        {id, now});
    require_changed(rows, id);
}

Limits limits_of(const Account& account) {
    const auto& driver = get(account.platform);
    if (driver.limits_for != nullptr)
        return driver.limits_for(account.config);
    return limits_with(driver.limits, account.config);
}

}  // namespace caas::platform
