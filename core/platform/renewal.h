// When the credentials of accounts want something: to be renewed while they still work, or a
// warning that they end and only a person can help. Across tenants.
//
// One program at a time renews an account: it holds the renewal, for a while, in the store. A
// renewal that was begun and never ended stays marked, since its answer may have been the only
// copy of the next token.
//
// Functions over a reader or a transaction; plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/platform/driver.h"
#include "core/store/connection.h"

namespace caas::platform {

// So many days before the end people are told.
inline constexpr std::array<int, 3> warning_days{14, 7, 1};

struct Renewal {
    AccountId account;
    std::optional<Instant> refresh_at;  // nullopt: it cannot be renewed, or need not
    std::optional<Instant> ends_at;     // after that only a person can help
    std::optional<int> warned_days;     // of the last warning
    std::optional<Instant> begun_at;    // sent, its answer not known
    int tries = 0;                      // that failed since it last worked
};

// Whether the platform renews such credentials.
bool can_renew(const Driver& driver, const Credentials& credentials);

// The plan for new credentials: renewed at about 75 % of their life, whatever was planned before.
void plan_renewal(
    store::Transaction& transaction,
    const AccountId& account,
    const Driver& driver,
    const Credentials& credentials,
    Random& random,
    Instant now);
// There is nothing to do any more until somebody signs in.
void end_renewal(store::Transaction& transaction, const AccountId& account);

std::optional<Renewal> find_renewal(store::Reader& reader, const AccountId& account);
// Of accounts that are connected and that nobody holds, the longest due first.
std::vector<Renewal> due_renewals(store::Reader& reader, Instant now, int most);
// When there is something again; nullopt: never.
std::optional<Instant> next_renewal(store::Reader& reader, Instant now);

// The right to renew, until the time it was asked for is over.
struct Held {
    std::int64_t fence = 0;
    std::optional<Instant> begun_before;  // an earlier one was begun, and its answer never came
};

// Marks it as begun. nullopt while another holds it.
std::optional<Held> hold_renewal(
    store::Transaction& transaction, const AccountId& account, Instant now, Milliseconds span);
// It failed, and is to be tried again at `again`. `is_doubtful`: its answer may have been lost.
void put_off_renewal(
    store::Transaction& transaction,
    const AccountId& account,
    const Held& held,
    bool is_doubtful,
    Instant again);

// It could not even be begun: nobody looks at it again before `again`.
void postpone_renewal(
    store::Transaction& transaction, const AccountId& account, Instant now, Instant again);

// The warning that is due: so many days are left. nullopt: none, or it was given.
std::optional<int> warning_due(const Renewal& renewal, Instant now);
void note_warning(store::Transaction& transaction, const Renewal& renewal, int days);

}  // namespace caas::platform
