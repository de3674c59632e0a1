// A rule of recurrence: the part of RFC 5545's RRULE that posts need. Everything is in wall time;
// a zone is only asked for an UNTIL in UTC. Pure functions; values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/schedule/day.h"
#include "core/schedule/wall.h"

namespace caas::schedule {

enum class Frequency : std::uint8_t { hourly, daily, weekly, monthly, yearly };

// MO, or 1MO and -1FR: the first Monday, the last Friday of the month or year.
struct RuleDay {
    Day day = 1;
    int ordinal = 0;  // 0: each one

    bool operator==(const RuleDay&) const = default;
};

struct Rule {
    Frequency frequency = Frequency::daily;
    int interval = 1;
    std::optional<int> count;
    std::optional<Wall> until;  // the last moment that still counts
    // The same where UNTIL is in UTC; `until` is then the last wall time that means none after it,
    // and a time that a gap moves forward may be after it all the same.
    std::optional<Instant> until_at{};
    Day week_start = 1;
    // Ascending, each once; empty: as the start has it, or no restriction.
    std::vector<int> months{};
    std::vector<int> month_days{};  // also from the end: -1 is the last
    std::vector<RuleDay> days{};    // as given
    std::vector<int> hours{};
    std::vector<int> minutes{};
    std::vector<int> positions{};  // BYSETPOS: which ones of a period's

    bool operator==(const Rule&) const = default;
};

// "FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9;BYMINUTE=0", with or without "RRULE:" before it; or in words:
// "daily 09:00", "weekdays 09:00", "mon,wed 09:00", "monthly 1 09:00", "monthly last 09:00".
// Throws Error(invalid) that names the part it does not know or that has no such value.
Rule parse_rule(std::string_view text, std::string_view zone);

// As RFC 5545 writes it; UNTIL in UTC where it was given so, else in wall time.
std::string rule_text(const Rule& rule);

}  // namespace caas::schedule
