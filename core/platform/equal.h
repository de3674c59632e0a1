// What an equal post that a listing shows says of the one in doubt. Pure.
#pragma once

#include <string>

#include "core/base/clock.h"
#include "core/platform/driver.h"

namespace caas::platform {

// That it is there, or that nobody can tell: an equal one that went out by a person's word, of
// which nobody knows what it became, may be what the listing shows.
Sight sight_of_equal(const Publication& publication, There found);

// How fast our clock may have been when a step began: as if local time had been taken for UTC.
// Looks reach back as far.
inline constexpr Milliseconds clock_error = std::chrono::hours(14);

// That nobody can tell: one from before the step began is ours only if our clock was wrong then.
// Without an address it is told without.
CannotTell sight_of_older(const std::string& url);

}  // namespace caas::platform
