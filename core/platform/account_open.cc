// Accounts as the engine takes them up: what they want, and their credentials in clear.
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/platform/account.h"
#include "core/platform/account_name.h"
#include "core/platform/credentials.h"
#include "core/store/list.h"

namespace caas::platform {
namespace {

constexpr std::string_view opening_columns = R"sql(
SELECT remote_id, handle, base_url, config, secret, secret_expires_at, platform, name, state,
    catch_up_ms, on_unknown, id, scopes
FROM account
)sql";

Standing standing_of(const store::Row& row) {
    return {
        row.id<AccountId>(11),
        stored_account_state(row.text(8)),
        Milliseconds(row.integer(9)),
        find_on_unknown(row.view(10)).value_or(OnUnknown::ask)};
}

Access access_of(const store::Row& row, const OpenVault& vault) {
    const auto id = row.id<AccountId>(11);
    Access access{
        .account = id,
        .remote_id = row.text(0),
        .handle = row.text(1),
        .base_url = row.text(2),
        .config = row.text(3),
        .credentials = {},
        .platform = row.text(6),
        .scopes = row.maybe_text(12).value_or("")};
    if (const auto sealed = row.maybe_text(4)) {
        access.credentials = open_credentials(vault(), id, *sealed);
        access.credentials.expires_at = row.maybe_instant(5);
        return access;
    }
    const auto& driver = get(row.text(6));
    const bool needs_secret = std::ranges::any_of(driver.fields, [](const Field& field) {
        return field.name == "secret" && field.is_required;
    });
    if (needs_secret || driver.connect == nullptr ||
        stored_account_state(row.text(8)) == AccountState::disconnected)
        throw Error(
            Code::platform_sign_in,
            "The " + std::string(driver.title) + " account " + row.text(7) +
                " is no longer connected",
            "Run: " + connect_again(row.text(6), row.text(7)));
    return access;
}

store::Row opening_row(store::Reader& reader, const AccountId& id) {
    static const auto sql = std::string(opening_columns) + "WHERE id = $1";
    auto rows = reader.query(sql, {id});
    if (rows.empty())
        throw Error(Code::not_found, "There is no account " + id.text());
    return std::move(rows.front());
}

}  // namespace

bool has_account_on(store::Reader& reader, std::span<const std::string> platforms) {
    if (platforms.empty())
        return false;
    store::Values values;
    store::add_list(values, platforms);
    const auto sql = store::with_list(
        R"(SELECT 1
FROM account
WHERE state = 'active'
    AND platform IN (…)
LIMIT 1)",
        platforms.size());
    return !reader.query(sql, values).empty();
}

Standing load_standing(store::Reader& reader, const AccountId& id) {
    return standing_of(opening_row(reader, id));
}

Access open_account(store::Reader& reader, const OpenVault& vault, const AccountId& id) {
    return access_of(opening_row(reader, id), vault);
}

std::vector<Prepared> prepare_accounts(
    store::Reader& reader, const OpenVault& vault, std::span<const AccountId> ids) {
    std::vector<Prepared> prepared;
    if (ids.empty())
        return prepared;
    store::Values values;
    store::add_list(values, ids);
    const auto sql = store::with_list(std::string(opening_columns) + "WHERE id IN (…)", ids.size());
    for (const auto& row : reader.query(sql, values)) {
        auto& one = prepared.emplace_back();
        one.standing = standing_of(row);
        try {
            one.access = access_of(row, vault);
        } catch (const Error& refusal) {
            one.refusal = refusal;
        }
    }
    return prepared;
}

}  // namespace caas::platform
