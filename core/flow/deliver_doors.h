// What the engine needs from the stations beside delivery, as functions, so that tests and the
// simulator can stand in for all of them. flow/doors.cc leads to the real ones.
//
// All are called from the engine's threads and must be thread-safe. Those that take a Reader are
// called inside read or write transactions and may not touch the network.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/delivery/machine.h"
#include "core/delivery/post.h"
#include "core/flow/admit.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"

namespace caas::flow {

// Why an account stops.
struct AccountStop {
    bool needs_sign_in = false;  // else the platform restricts it
    std::string code;
    std::string message;
};

// An account as the engine needs it.
struct Opened {
    AccountId account;
    delivery::Policy policy;
    platform::Access access;
    std::optional<Error> refusal;  // why there is no access
};

struct Doors {
    // nullptr when there is none.
    std::function<const platform::Driver*(std::string_view platform)> driver;
    // What the pinned version says for the post's platform. Throws Error.
    std::function<platform::Publication(store::Reader&, const delivery::Post&)> publication;
    // The account with its credentials in clear. Throws Error(platform_sign_in) when it has none.
    std::function<platform::Access(store::Reader&, const AccountId&)> open;
    std::function<delivery::Policy(store::Reader&, const AccountId&)> policy;
    // What `open` and `policy` say of several accounts at once; where it is empty, those are asked
    // one by one. In no order; accounts that are not there are left out.
    std::function<std::vector<Opened>(store::Reader&, std::span<const AccountId>)> open_all;
    // New credentials for old: asks the platform, one program at a time for each account, and makes
    // them durable. Touches the network, so it is called outside of transactions. Where it is
    // empty, the driver is asked and `keep` keeps. Throws Error as Driver::refresh.
    std::function<platform::Credentials(
        const platform::Driver&, const platform::Access& old, const platform::Tools&)>
        renew;
    // What other posts of the identity became since then, so that neither a look nor a try after
    // one in doubt takes any of it for this one (platform::Publication::made_by_others). What
    // cannot look like it is no matter. Asks the store, so it is called outside of transactions.
    // Where it is empty, nobody knows.
    std::function<delivery::Made(const delivery::Post&, Instant since)> made_by_others;
    // New credentials, durable before they are used.
    std::function<void(store::Transaction&, const AccountId&, const platform::Credentials&)> keep;
    // Changes the account's state and writes its audit row; the engine pauses the posts.
    std::function<void(store::Transaction&, const AccountId&, const AccountStop&)> stop;
    // Whether a post may start now, beside so many of its platform (admit.h).
    std::function<std::optional<Wait>(
        store::Transaction&, const delivery::Post&, const platform::Driver&, int beside)>
        admit;
    // Gives back what `admit` took so long ago for parts that are not sent after all; goes with
    // `admit`.
    std::function<void(
        store::Transaction&,
        const delivery::Post&,
        const platform::Driver&,
        int parts,
        Milliseconds passed)>
        refund;
    // The platform told the account to wait until then.
    std::function<void(
        store::Transaction&, const AccountId&, const platform::Driver&, Instant until)>
        close;
};

}  // namespace caas::flow
