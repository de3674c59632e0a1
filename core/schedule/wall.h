// Times on somebody's wall, to the minute and without a zone: what slots and recurrence count in.
// core/base/time_zone.h makes instants of them. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/time_zone.h"

namespace caas::schedule {

using Wall = std::chrono::local_time<std::chrono::minutes>;
using WallDay = std::chrono::local_days;

LocalTime local_of(Wall wall);
// Seconds are dropped.
Wall wall_of(const LocalTime& local);
// What the wall of a zone shows then.
Wall wall_at(Instant instant, std::string_view zone);

// "2026-12-01 09:00"
std::string wall_text(Wall wall);
// nullopt when it is no such time, or has seconds.
std::optional<Wall> parse_wall(std::string_view text);

// "moved_forward", "first_of_two"; empty when the time was unique.
std::string_view note_of(Resolved::Kind kind);

}  // namespace caas::schedule
