// The ledger's statements where each journey to the database costs: those of all posts of a turn
// travel together, each with its lane as a condition, so that none has to wait for the answer of
// another. They say the same as Ledger's own, one after the other (ledger_write.cc).
//
// Only for whole guards (Guards{}).
#pragma once

#include <span>

#include "core/base/id.h"
#include "core/delivery/attempt.h"
#include "core/delivery/lane.h"
#include "core/delivery/ledger.h"
#include "core/delivery/post.h"
#include "core/store/connection.h"

namespace caas::delivery {

// Nothing of it is left in an engine's hands, and it wants none any more.
bool ends_here(const Change& change);

// What came back and what is taken up, on one journey; the accounts are different ones.
void write_together(
    store::Transaction& transaction,
    const EngineId& engine,
    std::span<Recording> recordings,
    std::span<Claiming> claimings);

// What is written on condition that `lane` is held as it says.
struct Held {
    const Lane* lane = nullptr;
    const Attempt* attempt = nullptr;  // for updating_of
    Saving saving{};                   // for saving_of
};

// 1 for each lane that was taken, as `taking.lane` then says, or freed.
store::Batch taking_of(std::span<const Taking> takings, const EngineId& engine);
store::Batch freeing_of(std::span<const Lane* const> lanes, const Guards& guards);
// Outcomes and posts; 1 for each that was written.
store::Batch updating_of(std::span<const Held> attempts);
// Throws Error(internal) when the table does not allow a passage.
store::Batch saving_of(std::span<const Held> posts);

}  // namespace caas::delivery
