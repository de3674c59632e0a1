// What an equal post that a listing shows says of the one in doubt. Pure.
#pragma once

#include "core/platform/driver.h"

namespace caas::platform {

// That it is there, or that nobody can tell: an equal one that went out by a person's word, of
// which nobody knows what it became, may be what the listing shows.
Sight sight_of_equal(const Publication& publication, There found);

}  // namespace caas::platform
