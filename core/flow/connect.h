// Accounts and their credentials: connecting, checking, pausing, disconnecting. What concerns the
// posts of an account happens in the same transaction.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/delivery/change.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/platform/driver.h"

namespace caas::flow {

struct ConnectOrder {
    std::string platform;
    std::string name;  // of the account; empty: see platform::default_account_name
    std::string identifier;
    std::string base_url;
    Secret secret;
    std::optional<std::string> zone;
    std::map<std::string, std::string> config;  // options of the driver, such as "repeats"
    bool is_local = false;  // the local owner may name addresses of the own network
    // nullopt: as the account has it; a new one asks.
    std::optional<platform::OnUnknown> on_unknown{};
};

// Asks the platform whether what was given works, then stores the account with its credentials
// sealed. An account of the same name that was disconnected or needs a sign-in is taken up again;
// without a name, whichever the identity has already.
// Throws Error: invalid, conflict (the name is taken), platform_sign_in, platform_unavailable,
// forbidden while the organization is shut (flow/organize.h).
platform::Account connect_account(
    const Tools& tools, const access::Principal& principal, const ConnectOrder& order);

struct Keeping {
    std::string platform;
    std::string name;  // of the account; empty: see platform::default_account_name
    std::optional<std::string> zone;
    std::optional<platform::OnUnknown> on_unknown{};  // as in ConnectOrder
};

// Stores who the platform says it is, with the credentials sealed and their renewal planned. Throws
// Error: invalid, conflict, forbidden as connect_account; plan_limit for one more than the plan
// allows.
platform::Account keep_account(
    const Tools& tools,
    store::Transaction& transaction,
    const access::Principal& principal,
    const Keeping& keeping,
    const platform::Identity& identity);

struct Checked {
    platform::Account account;
    platform::Identity identity;
    std::vector<std::string> missing_scopes;  // that publishing needs and nobody allowed
    std::optional<Instant> expires_at;        // of the access token; nullopt: never, or not known
    std::optional<Instant> ends_at;           // after that only a person can renew; nullopt: never
    bool is_renewed = false;                  // caas renews it by itself
};

// Asks the platform who the account is. A refused sign-in marks the account and pauses its posts;
// when it works again, the account is active and they go on, unless the organization is shut.
Checked check_account(
    const Tools& tools, const access::Principal& principal, std::string_view id_or_name);

// Looks at an account in the transaction that is about to change it; what it throws ends that.
using AccountCheck = std::function<void(const platform::Account&)>;

platform::Account pause_account(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view id_or_name,
    const AccountCheck& check = {});
// Throws Error(forbidden) while the organization is shut (flow/organize.h).
platform::Account resume_account(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view id_or_name,
    const AccountCheck& check = {});

struct Disconnected {
    platform::Account account;
    delivery::Ended ended;
    // Which go on to the end of the call that is under way: a post is out then, or in doubt, and of
    // a thread the rest has failed.
    int publishing = 0;
};

// Forgets the credentials and cancels what was still scheduled; a thread that is half out has
// failed. What was published stays on record.
Disconnected disconnect_account(
    const Tools& tools,
    const access::Principal& principal,
    std::string_view id_or_name,
    const AccountCheck& check = {});

// The account every home starts with: files into the data folder's outbox.
void add_outbox_account(
    const Tools& tools, store::Transaction& transaction, const WorkspaceId& workspace);

}  // namespace caas::flow
