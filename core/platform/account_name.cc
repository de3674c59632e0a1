#include "core/platform/account_name.h"

#include <algorithm>

#include "core/platform/account.h"
#include "core/text/blank.h"
#include "core/text/shell.h"
#include "core/text/steering.h"
#include "core/text/utf8.h"

namespace caas::platform {
namespace {

// Nobody has as many accounts under one handle; then the name is theirs to give.
constexpr int most_numbers = 99;

std::string connect_command(std::string_view platform) {
    return "caas account connect " + std::string(platform);
}

// Whether an account has been called so, and is signed in again by it.
bool is_known(store::Reader& reader, const WorkspaceId& workspace, std::string_view account_name) {
    return !reader
                .query(
                    R"sql(
SELECT 1
FROM account
WHERE workspace_id = $1
  AND name = $2
LIMIT 1)sql",
                    {workspace, account_name})
                .empty();
}

}  // namespace

bool has_ids_by_server(std::string_view platform) {
    const auto* driver = find(platform);
    return driver != nullptr && driver->has_ids_by_server;
}

std::vector<AccountId> accounts_of_identity(store::Reader& reader, const AccountId& account) {
    const auto identity = load_account(reader, account);
    std::vector<AccountId> accounts;
    for (const auto& row : reader.query(
             R"sql(
SELECT id
FROM account
WHERE platform = $1
  AND remote_id = $2
  AND ($3 = 0 OR base_url = $4 OR handle = $5))sql",
             {identity.platform,
              identity.remote_id,
              has_ids_by_server(identity.platform),
              identity.base_url,
              identity.handle}))
        accounts.push_back(row.id<AccountId>(0));
    return accounts;
}

bool is_name_taken(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view account_name,
    std::string_view platform,
    const Identity& identity) {
    return !reader
                .query(
                    R"sql(
SELECT 1
FROM account
WHERE workspace_id = $1
  AND name = $2
  AND state <> 'disconnected'
  AND NOT (platform = $3 AND remote_id = $4 AND ($5 = 0 OR base_url = $6 OR handle = $7)))sql",
                    {workspace,
                     account_name,
                     platform,
                     identity.remote_id,
                     has_ids_by_server(platform),
                     identity.base_url,
                     identity.handle})
                .empty();
}

void require_account_name(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view account_name) {
    const bool has_control = std::ranges::any_of(
        account_name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (text::is_blank(account_name) || account_name.size() > most_name_bytes || has_control ||
        !text::is_utf8(account_name))
        throw Error(
            Code::invalid,
            "The name of an account must be 1 to 100 bytes of text on one line",
            "Give it one with --name.",
            {{"/name", "account.name.invalid", "must be 1 to 100 bytes of text on one line"}});
    if (text::is_steering(account_name) && !is_known(reader, workspace, account_name))
        throw Error(
            Code::invalid,
            "The name of an account must not hold control characters, nor such as turn the "
            "direction of writing round",
            "Give it another with --name.",
            {{"/name", "account.name.steering", "holds characters that are not shown"}});
}

void require_name_for(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view platform,
    std::string_view account_name) {
    require_account_name(reader, workspace, account_name);
    const auto others = reader.query(
        R"sql(
SELECT platform, handle
FROM account
WHERE workspace_id = $1
  AND name = $2
  AND platform <> $3
  AND state <> 'disconnected')sql",
        {workspace, account_name, platform});
    if (!others.empty())
        throw name_taken(account_name, others.front().view(0), others.front().view(1));
}

Error name_taken(
    std::string_view account_name, std::string_view platform, std::string_view handle) {
    return {
        Code::conflict,
        "There is another account named '" + std::string(account_name) + "' already (" +
            std::string(platform) + ", " + std::string(handle) + ")",
        "Give this one another name with --name, or disconnect the other first.",
        {{"/name", "account.name.taken", "belongs to another account"}}};
}

std::string default_account_name(
    store::Reader& reader,
    const WorkspaceId& workspace,
    std::string_view platform,
    const Identity& identity) {
    const auto same = reader.query(
        R"sql(
SELECT name
FROM account
WHERE workspace_id = $1
  AND platform = $2
  AND remote_id = $3
  AND ($6 = 0 OR base_url = $4 OR handle = $5)
  AND state <> 'disconnected'
ORDER BY CASE WHEN state = 'needs_sign_in' THEN 0 WHEN name = $5 THEN 1 ELSE 2 END, id
LIMIT 1)sql",
        {workspace,
         platform,
         identity.remote_id,
         identity.base_url,
         identity.handle,
         has_ids_by_server(platform)});
    if (!same.empty())
        return same.front().text(0);
    const auto& handle = identity.handle;
    const auto is_free = [&](const std::string& wanted) {
        return !is_name_taken(reader, workspace, wanted, platform, identity);
    };
    if (is_free(handle))
        return handle;
    const bool is_twice = handle == platform;  // the outbox
    const auto longer = is_twice ? handle : handle + "-" + std::string(platform);
    if (!is_twice && is_free(longer))
        return longer;
    for (int number = 2; number <= most_numbers; ++number) {
        if (auto numbered = longer + "-" + std::to_string(number); is_free(numbered))
            return numbered;
    }
    return handle;
}

std::string connect_again(std::string_view platform, std::string_view account_name) {
    return connect_command(platform) + " --name " + text::shell_word(account_name);
}

Error naming_account(const Error& error, std::string_view platform, std::string_view account_name) {
    const auto command = connect_command(platform);
    auto hint = error.hint();
    if (hint.ends_with(command))
        hint += " --name " + text::shell_word(account_name);
    Error named(error.code(), error.what(), std::move(hint), error.details());
    return named.retry_after(error.retry_after_s());
}

}  // namespace caas::platform
