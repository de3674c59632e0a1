// What a backup that takes the place of the database means for its posts: nobody knows what was
// sent after it was made, so nothing that may have been sent goes out again by itself.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::delivery {

// The code of a post that waits, unconfirmed, for a person to say whether it was sent after the
// backup. No engine takes it up, also when its account works again.
inline constexpr std::string_view held_back_code = "restored";

// Makes unconfirmed, in all workspaces, what was being sent when the backup was made at `made_at`,
// what was in doubt, and what waited and was due by `now`. Gives how many posts these are.
std::int64_t hold_back(store::Transaction& transaction, Instant made_at, Instant now);

}  // namespace caas::delivery
