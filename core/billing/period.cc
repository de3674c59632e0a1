#include "core/billing/period.h"

#include <algorithm>

#include "core/base/time_zone.h"

namespace caas::billing {
namespace {

namespace chrono = std::chrono;

Instant start_in(chrono::year_month month, chrono::day day) {
    const auto last = (month / chrono::last).day();
    return chrono::time_point_cast<Milliseconds>(chrono::sys_days(month / std::min(day, last)));
}

chrono::year_month_day date_of(Instant instant) {
    return chrono::year_month_day(chrono::floor<chrono::days>(instant));
}

}  // namespace

Period monthly_period(Instant anchor, Instant now) {
    const auto day = date_of(anchor).day();
    const auto today = date_of(now);
    auto month = today.year() / today.month();
    if (now < start_in(month, day))
        month -= chrono::months(1);
    return {start_in(month, day), start_in(month + chrono::months(1), day)};
}

Period calendar_month(Instant now) {
    return monthly_period(Instant(), now);
}

std::int64_t day_of(Instant instant) {
    return chrono::floor<chrono::days>(instant).time_since_epoch().count();
}

Instant start_of_day(std::int64_t day) {
    return chrono::time_point_cast<Milliseconds>(chrono::sys_days(chrono::days(day)));
}

std::string day_text(Instant instant) {
    return to_rfc3339(instant).substr(0, 10);
}

}  // namespace caas::billing
