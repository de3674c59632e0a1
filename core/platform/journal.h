// Reading the journal of a post as drivers need it. Pure functions; the pointers point into the
// journal that was given.
#pragma once

#include <string_view>

#include "core/platform/driver.h"

namespace caas::platform {

// The entry of this step and part that succeeded; nullptr when none has.
const Entry* find_done(const Journal& journal, std::string_view step, int part);

// The oldest entry of this step and part whose end nobody knows; nullptr when there is none. A
// repeat must carry what it carried.
const Entry* find_open(const Journal& journal, std::string_view step, int part);

// The newest entry of this step and part, whatever came of it.
const Entry* find_newest(const Journal& journal, std::string_view step, int part);

// When the first try of the newest entry's step began whose end nobody knows: what arrived late was
// sent then. Of a journal that is not empty.
Instant begin_of_doubt(const Journal& journal);

}  // namespace caas::platform
