// The way back by the daemon's public address.
#include <algorithm>
#include <utility>

#include "core/access/member.h"
#include "core/access/tenancy.h"
#include "core/base/digest.h"
#include "core/flow/application.h"
#include "core/flow/authorize.h"
#include "core/flow/trade.h"

namespace caas::flow {
namespace {

using platform::PendingSignIn;

constexpr std::size_t confirmation_bytes = 32;

// The one who began, as they are now: they may have left, or may do less.
access::Principal principal_of(store::Reader& reader, const PendingSignIn& pending) {
    access::Principal principal;
    principal.person = pending.person;
    principal.workspace = pending.workspace;
    const auto rows = reader.query(
        R"sql(
SELECT w.organization_id
FROM workspace w
JOIN organization o ON o.id = w.organization_id
JOIN person p ON p.id = $2
WHERE w.id = $1
  AND o.disabled_at IS NULL
  AND p.disabled_at IS NULL)sql",
        {pending.workspace, pending.person});
    if (rows.empty())
        throw no_sign_in();
    principal.organization = rows.front().id<OrganizationId>(0);
    const auto role = access::role_in(reader, principal.organization, pending.person);
    if (!role || !access::allows(*role, access::Action::manage_accounts))
        throw Error(
            Code::forbidden,
            "Whoever began this sign-in may not connect accounts any more",
            "ask an owner of the organization");
    principal.role = *role;
    principal.scope = access::Scope::admin;
    return principal;
}

}  // namespace

Landed land_sign_in(
    const Tools& tools,
    std::string_view platform_id,
    std::string_view query,
    std::string_view cookie) {
    const auto callback = net::read_callback("?" + std::string(query));
    if (callback.state.empty())
        throw no_sign_in();
    auto taken = tools.store.write([&](store::Transaction& transaction) {
        return platform::take_sign_in(
            transaction, tools.vault(), callback.state, cookie, tools.clock.now());
    });
    if (!taken)
        throw no_sign_in();
    const auto& pending = taken->pending;
    try {
        const auto& driver = browser_driver(pending.platform);
        if (driver.id != platform_id ||
            pending.redirect_uri != callback_url(tools.settings, driver.id))
            throw no_sign_in();
        const auto identities = trade_code(tools, *taken, code_in(driver, callback));
        return tools.store.write([&](store::Transaction& transaction) {
            const auto principal = principal_of(transaction, pending);
            Landed landed;
            if (const auto person = access::find_person(transaction, pending.person))
                landed.person = person->email.value_or(person->name);
            landed.workspace = transaction
                                   .query(
                                       R"sql(
SELECT name
FROM workspace
WHERE id = $1)sql",
                                       {pending.workspace})
                                   .front()
                                   .text(0);
            if (identities.size() == 1 && taken->is_same_browser) {
                landed.step =
                    keep_sign_in(tools, transaction, principal, pending, identities.front());
                return landed;
            }
            landed.confirmation = Secret(to_base64url(tools.random.bytes(confirmation_bytes)));
            platform::offer_choices(
                transaction, tools.vault(), pending, identities, landed.confirmation);
            landed.step = step_of(transaction, *platform::find_sign_in(transaction, pending.id));
            return landed;
        });
    } catch (const Error& error) {
        fail_sign_in(tools, pending.id, error);
        throw;
    }
}

SignInStep confirm_sign_in(
    const Tools& tools, std::string_view confirmation, const std::string& remote_id) {
    const auto offer = tools.store.read([&](store::Reader& reader) {
        return platform::find_offer(reader, tools.vault(), confirmation, tools.clock.now());
    });
    if (confirmation.empty() || !offer)
        throw no_sign_in();
    const auto& pending = offer->pending;
    try {
        return tools.store.write([&](store::Transaction& transaction) {
            if (remote_id.empty()) {
                platform::fail_sign_in(
                    transaction, pending.id, "refused", "It was refused in the browser.");
                return step_of(transaction, *platform::find_sign_in(transaction, pending.id));
            }
            return keep_chosen(
                tools, transaction, principal_of(transaction, pending), *offer, remote_id);
        });
    } catch (const Error& error) {
        // Whoever began waits for this as well. One that has ended already stays as it ended.
        fail_sign_in(tools, pending.id, error);
        throw;
    }
}

}  // namespace caas::flow
