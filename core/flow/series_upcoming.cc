// What the rule of a series gives next, whether it was made or not.
#include <utility>

#include "core/flow/occurrence_time.h"
#include "core/flow/series.h"
#include "core/schedule/occurrences.h"

namespace caas::flow {

std::vector<Upcoming> upcoming(const schedule::Series& series, Instant now, int most) {
    std::vector<Upcoming> list;
    if (series.state == schedule::SeriesState::ended)
        return list;
    auto rule = schedule::parse_rule(series.rule, series.zone);
    const auto count = std::exchange(rule.count, std::nullopt);
    auto counted = series.made + series.passed_over;
    schedule::Occurrences times(rule, series.starts_at);
    const auto from = schedule::wall_at(now, series.zone) - longest_gap;
    if (from > series.starts_at)
        times.skip_past(from);
    while (static_cast<int>(list.size()) < most) {
        const auto wall = times.next();
        if (!wall)
            break;
        const auto time = time_of(series, rule, *wall);
        const bool is_new = !series.made_to || *wall > *series.made_to;
        if (is_new && !time.is_dropped && count && counted++ >= *count)
            break;
        if (time.is_dropped || time.resolved.instant <= now)
            continue;
        list.push_back(
            {*wall, time.resolved.instant, std::string(schedule::note_of(time.resolved.kind))});
    }
    return list;
}

}  // namespace caas::flow
