// Local times, zones and the text forms of instants. Zones are the system's (zone_file.h), read
// each time they are asked for. All functions are thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace caas {

// 2026-11-22T10:00:00.000Z: UTC, always three digits of a second (RFC 3339).
std::string to_rfc3339(Instant instant);
// Any RFC 3339 date-time with an offset; digits past milliseconds are dropped.
std::optional<Instant> parse_rfc3339(std::string_view text);

// A time on somebody's wall, without a zone.
struct LocalTime {
    int year = 0;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

// "2026-12-01 09:00", "2026-12-01T09:00:30"; nullopt when it is no such date or time.
std::optional<LocalTime> parse_local(std::string_view text);

struct Resolved {
    enum class Kind { unique, moved_forward, first_of_two };

    Instant instant;
    Kind kind = Kind::unique;
};

// Temporal's "compatible" rule: a time that does not exist moves forward by the gap, one that
// happens twice takes the first. Throws Error(invalid) for an unknown zone.
Resolved resolve(const LocalTime& local, std::string_view zone);
LocalTime to_local(Instant instant, std::string_view zone);
// "2026-12-01 09:00 CET"
std::string to_local_text(Instant instant, std::string_view zone);

// Which edition of the zone database this is: IANA's name of it ("2026b"), or else a digest of what
// tells its files apart. Empty where there is none.
std::string zone_data_version();

bool is_zone(std::string_view name);
// The known zone whose name is nearest to a mistyped one, for hints; empty when none is near.
std::string nearest_zone(std::string_view name);
// The IANA name of the machine's zone, "UTC" when it cannot be told.
std::string system_zone();

}  // namespace caas
