// When an occurrence of a series is, in a zone that may leave its local time out.
#pragma once

#include <chrono>

#include "core/base/time_zone.h"
#include "core/schedule/rule.h"
#include "core/schedule/series.h"
#include "core/schedule/wall.h"

namespace caas::flow {

// A local time that does not exist moves by less than this, except on a day that a zone leaves out.
inline constexpr std::chrono::days longest_gap{2};

struct OccurrenceTime {
    Resolved resolved;
    // The gap puts it where another occurrence is, or behind the UNTIL of its rule: it makes no
    // post and is not one of its COUNT.
    bool is_dropped = false;
};

// `rule` is that of the series, without its COUNT. Throws Error(invalid): no such zone here.
OccurrenceTime time_of(
    const schedule::Series& series, const schedule::Rule& rule, schedule::Wall wall);

}  // namespace caas::flow
