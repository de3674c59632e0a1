// Periods and days of usage, in UTC. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/clock.h"

namespace caas::billing {

// From `start` on, up to and without `end`.
struct Period {
    Instant start;
    Instant end;
};

// The month around `now` that begins on the day of the month of `anchor`, at midnight UTC. A month
// that has no such day begins on its last one, and the month after it on the day again: 31 January,
// 28 February, 31 March.
Period monthly_period(Instant anchor, Instant now);
// The month of the calendar.
Period calendar_month(Instant now);

// Days since 1970.
std::int64_t day_of(Instant instant);
Instant start_of_day(std::int64_t day);
// "2026-02-28"
std::string day_text(Instant instant);

}  // namespace caas::billing
