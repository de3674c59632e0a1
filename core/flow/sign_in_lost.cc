#include "core/flow/sign_in_lost.h"

#include "core/access/identity.h"
#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/time_zone.h"
#include "core/delivery/change.h"
#include "core/flow/letter.h"
#include "core/platform/account_name.h"

namespace caas::flow {
namespace {

using platform::Account;
using platform::AccountState;

SignInNote note_of(const Account& account, std::string_view workspace) {
    const auto& driver = platform::get(account.platform);
    return {
        std::string(driver.title),
        account.name,
        account.handle,
        std::string(workspace),
        platform::connect_again(account.platform, account.name)};
}

// Writes to every owner of the account's organization who has an address.
template <typename Write>
void tell_owners(store::Transaction& transaction, const Account& account, Write write) {
    const auto rows = transaction.query(
        R"sql(
SELECT p.email, p.name, w.name
FROM workspace w
JOIN member m ON m.organization_id = w.organization_id AND m.role = 'owner'
JOIN person p ON p.id = m.person_id
WHERE w.id = $1
  AND p.email IS NOT NULL
  AND p.disabled_at IS NULL
ORDER BY p.id)sql",
        {account.workspace});
    for (const auto& row : rows)
        write(row.text(0), row.text(1), note_of(account, row.view(2)));
}

std::int64_t waiting_posts(store::Reader& reader, const AccountId& account) {
    return reader
        .query(
            R"sql(
SELECT count(*)
FROM post
WHERE account_id = $1
  AND state IN ('scheduled', 'retrying', 'paused'))sql",
            {account})
        .front()
        .integer(0);
}

}  // namespace

void lose_sign_in(
    const Tools& tools,
    store::Transaction& transaction,
    const AccountId& id,
    std::string_view why) {
    const auto now = tools.clock.now();
    const auto account = platform::load_account(transaction, id);
    if (account.state != AccountState::active && account.state != AccountState::paused)
        return;
    if (account.state == AccountState::active) {
        platform::set_state(transaction, id, AccountState::needs_sign_in, why, now);
        delivery::pause_posts(transaction, id, now);
    }
    platform::end_renewal(transaction, id);
    tell_owners(
        transaction,
        account,
        [&](const std::string& email, const std::string& name, const SignInNote& note) {
            write_sign_in_lost(
                tools,
                transaction,
                email,
                name,
                note,
                std::string(why),
                waiting_posts(transaction, id));
        });
    tools.log.write(
        Level::warn,
        "account.sign_in_lost",
        {{"account", id.text()}, {"platform", account.platform}});
}

void warn_of_end(
    const Tools& tools,
    store::Transaction& transaction,
    const Account& account,
    const platform::Renewal& renewal,
    int days) {
    platform::note_warning(transaction, renewal, days);
    const auto end = to_rfc3339(*renewal.ends_at).substr(0, 10);
    tell_owners(
        transaction,
        account,
        [&](const std::string& email, const std::string& name, const SignInNote& note) {
            write_sign_in_ending(tools, transaction, email, name, note, end, days);
        });
    tools.log.write(
        Level::warn,
        "account.sign_in_ends",
        {{"account", account.id.text()},
         {"platform", account.platform},
         {"days", std::to_string(days)}});
}

}  // namespace caas::flow
