// The sign-in of an account is over, or soon will be: what that does to its posts, and the mail
// that tells its owners. Functions over a transaction.
#pragma once

#include <string_view>

#include "core/base/id.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/platform/renewal.h"
#include "core/store/connection.h"

namespace caas::flow {

// The account waits for a person, its posts with it, and its owners are told. Does nothing when it
// waits already or is disconnected; an account that a person paused stays paused.
void lose_sign_in(
    const Tools& tools,
    store::Transaction& transaction,
    const AccountId& account,
    std::string_view why);

// So many days are left.
void warn_of_end(
    const Tools& tools,
    store::Transaction& transaction,
    const platform::Account& account,
    const platform::Renewal& renewal,
    int days);

}  // namespace caas::flow
