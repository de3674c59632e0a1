// Lanes: one per account, held by at most one engine, so that posts of one account go in order, one
// at a time. Each taking or breaking raises the fence; whoever works under an older fence has lost
// the lane and may only record what it saw.
//
// A free lane knows when its first post wants an engine (`wake_at`), so that finding due work costs
// the same whatever the number of posts. Functions over a reader or a transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::delivery {

// What keeps a post from going out twice. Each can be taken out, for one purpose: the simulator
// must then find the doubled post. Everybody else uses the default.
struct Guards {
    bool has_fence = true;    // a result is recorded only under the lane's present fence
    bool has_lane = true;     // a lane is taken only when it is free and unchanged
    bool has_journal = true;  // a step is written down before it is performed
};

// A free lane whose first post is due.
struct DueLane {
    AccountId account;
    std::int64_t fence = 0;
};

// A lane in an engine's hands.
struct Lane {
    AccountId account;
    EngineId engine;
    std::int64_t fence = 0;
    PostId post;
};

// The longest waiting first.
std::vector<DueLane> due_lanes(store::Reader& reader, Instant now, std::size_t most);
// The lane of one account whatever it waits for; nullopt when somebody holds it.
std::optional<DueLane> free_lane_of(store::Reader& reader, const AccountId& account);
// When the first free lane wants an engine.
std::optional<Instant> next_wake(store::Reader& reader);
std::vector<Lane> lanes_held_by(store::Reader& reader, const EngineId& engine);
// Who works on a post right now.
std::optional<Lane> lane_with(store::Reader& reader, const AccountId& account, const PostId& post);
// Whether a post of the account is being sent right now. A look, which sends nothing, does not
// count.
bool is_sending(store::Reader& reader, const AccountId& account);

// One of several lanes that are taken together.
struct Taking {
    const DueLane* seen = nullptr;
    const PostId* post = nullptr;
    std::optional<Lane> lane{};  // given: nullopt when it is no longer as it was seen
};

void take_lanes(
    store::Transaction& transaction,
    std::span<Taking> takings,
    const EngineId& engine,
    const Guards& guards = {});
std::optional<Lane> take_lane(
    store::Transaction& transaction,
    const DueLane& seen,
    const EngineId& engine,
    const PostId& post);
bool is_held(store::Reader& reader, const Lane& lane);
void free_lane(store::Transaction& transaction, const Lane& lane);
// The same for several, unless they are another's by now: says which were freed.
std::vector<bool> free_lanes(
    store::Transaction& transaction, std::span<const Lane* const> lanes, const Guards& guards = {});
// Takes it away from whoever has it.
void break_lane(store::Transaction& transaction, const AccountId& account);

// A post of the account wants an engine at `wake`: makes the lane, or lowers its time.
void wake_lane(
    store::Transaction& transaction, const AccountId& account, std::optional<Instant> wake);
// The same for several accounts.
void wake_lanes(
    store::Transaction& transaction, const std::map<AccountId, std::optional<Instant>>& wakes);
// Reads the time anew from the posts.
void reset_lane(store::Transaction& transaction, const AccountId& account);

}  // namespace caas::delivery
