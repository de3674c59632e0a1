// What a backup that takes the place of the database means for its posts: nobody knows what was
// sent after it was made, so nothing that may have been sent goes out again by itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/clock.h"
#include "core/delivery/post.h"
#include "core/store/connection.h"

namespace caas::delivery {

// The code of a post that waits, unconfirmed, for a person to say whether it was sent after the
// backup. No engine takes it up, also when its account works again.
inline constexpr std::string_view held_back_code = "restored";

struct HeldPosts {
    std::int64_t count = 0;
    // Are due later and wait for that: `former` does not know them, or not what became of them
    // since (knows_since).
    std::int64_t unchecked = 0;
};

// Makes unconfirmed, in all workspaces, what was being sent when the backup was made at `made_at`,
// what was in doubt, what waited and was due by `now` or `made_at`, whichever is later, and what is
// due after that and may be out already by what the database says that the backup takes the place
// of (former.h). Of what failed or was missed, that of which this database has more out: a person
// who has it tried again would send it twice.
HeldPosts hold_back(
    store::Transaction& transaction, Instant made_at, Instant now, store::Reader* former);

// Adds a post that was made after the backup and may be out, as one that is held back.
void add_held(
    store::Transaction& transaction,
    const NewPost& post,
    Instant made_at,
    Instant now,
    store::Reader* former);

}  // namespace caas::delivery
