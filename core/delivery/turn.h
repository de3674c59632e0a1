// Posts whose turn has not come: they are due, and a limit of their account, their organization or
// their platform keeps them waiting. They say so by `waiting_code`, and stand in the order of their
// times: those that were never begun (`scheduled`), and those that go on or are tried again
// (`retrying`).
//
// Functions over a reader or a transaction, the engine's, across tenants.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/delivery/post.h"
#include "core/store/connection.h"

namespace caas::delivery {

// A due post is not taken up before `until`, and neither are those of its account that are due as
// well: they stay behind it, in the order of their times, and ask at once when it leaves its place.
struct PutOff {
    Instant until{};
    std::string_view why;  // which people see
    // How long after each other they may follow at best. So a long line is not put off anew with
    // each that goes out; within an hour all of it asks again.
    Milliseconds pace{};
};

// Nothing when the post changed since it was read.
void save_wait(
    store::Transaction& transaction, const Post& seen, const PutOff& put_off, Instant now);

// One whom they waited behind is gone: those of its account that wait after it ask at once.
void wake_those_behind(store::Transaction& transaction, const Post& gone, Instant now);

// When the turn comes of the last of those posts of the same account that were due before `post`
// and wait for theirs. It may be past, where no engine was there when it came; whoever waits until
// then asks after them.
std::optional<Instant> turn_before(store::Reader& reader, const Post& post, Instant now);

// All posts that wait for their turn ask again, in all workspaces. Gives how many these are.
int wake_waiting(store::Transaction& transaction, Instant now);
// The same for those that wait for longer than they would have to by now, since a wall clock that
// was ahead put them off. Looks at everything that is scheduled.
int wake_stranded(store::Transaction& transaction, Instant now);

// Across tenants: posts that are due, and wait for their turn since a limit is reached.
std::int64_t count_put_off(store::Reader& reader, Instant now);

}  // namespace caas::delivery
