// What is over the limits of a plan: locked, never deleted. A locked account takes no new posts; a
// locked member only looks; a locked workspace is only read. What was scheduled before goes out all
// the same.
//
// Repository functions over a reader or a transaction; they keep no state. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/config/plans.h"
#include "core/store/connection.h"

namespace caas::billing {

enum class Lockable : std::uint8_t { account, member, workspace };

std::string_view name(Lockable kind);
std::optional<Lockable> lockable_of(std::string_view name);

// The limit that locks them.
config::Limit limit_of(Lockable kind);

struct Lock {
    Lockable kind = Lockable::account;
    std::string item;  // the id of the account, the person or the workspace
    Instant locked_at;
};

// The oldest first.
std::vector<Lock> list_locks(store::Reader& reader, const OrganizationId& organization);
bool is_locked(
    store::Reader& reader,
    const OrganizationId& organization,
    Lockable kind,
    std::string_view item);

// Whether what is locked is what `plan` locks: lock_what_is_over would change nothing.
bool are_locks_right(
    const config::Plan& plan, store::Reader& reader, const OrganizationId& organization);

// Locks all that is over the limits of `plan` and unlocks all that is not. First come those that
// were named with set_kept, then owners, then what is not in a locked workspace, then the oldest.
void lock_what_is_over(
    const config::Plan& plan,
    store::Transaction& transaction,
    const OrganizationId& organization,
    Instant now);

// What the owner wants to keep of a kind, in place of what was named before; locks are made anew by
// lock_what_is_over.
void set_kept(
    store::Transaction& transaction,
    const OrganizationId& organization,
    Lockable kind,
    const std::vector<std::string>& items);
std::vector<std::string> list_kept(
    store::Reader& reader, const OrganizationId& organization, Lockable kind);

}  // namespace caas::billing
