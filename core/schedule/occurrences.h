// The times that a rule gives, one after the other. All in wall time: what a zone makes of a time
// that does not exist, or exists twice, is resolve()'s matter (core/base/time_zone.h).
//
// Like python's dateutil, and unlike the letter of RFC 5545, the start is an occurrence only when
// the rule says so. For one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/schedule/rule.h"
#include "core/schedule/wall.h"

namespace caas::schedule {

class Occurrences {
  public:
    // `start` gives the rule what it leaves open: its time of day, its day, and where intervals are
    // counted from.
    Occurrences(Rule rule, Wall start);

    // The next one, always later than the one before; nullopt when there are no more.
    std::optional<Wall> next();

    // Goes on with the first one later than `wall`.
    void skip_past(Wall wall);

  private:
    // Everything that happens in one day, week, month … of the rule, whatever the start.
    void fill();
    void fill_hour(Wall hour);
    void fill_days(WallDay first, WallDay end);
    bool has_day(WallDay day) const;
    bool has_weekday(WallDay day) const;
    void choose_positions();
    // The first day of the period, or its first minute for hours.
    Wall period_start(std::int64_t number) const;
    std::int64_t period_of(Wall wall) const;

    Rule rule_;
    Wall start_;
    std::int64_t period_ = 0;
    int given_ = 0;
    std::optional<Wall> last_;
    std::vector<Wall> found_;
    std::size_t at_ = 0;
    bool is_over_ = false;
};

}  // namespace caas::schedule
