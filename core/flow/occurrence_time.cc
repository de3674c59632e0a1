#include "core/flow/occurrence_time.h"

#include "core/schedule/occurrences.h"

namespace caas::flow {

OccurrenceTime time_of(
    const schedule::Series& series, const schedule::Rule& rule, schedule::Wall wall) {
    OccurrenceTime time{resolve(schedule::local_of(wall), series.zone)};
    if (time.resolved.kind != Resolved::Kind::moved_forward)
        return time;
    if (rule.until_at && time.resolved.instant > *rule.until_at) {
        time.is_dropped = true;
        return time;
    }
    const auto shown = schedule::wall_at(time.resolved.instant, series.zone);
    schedule::Occurrences others(rule, series.starts_at);
    others.skip_past(shown - std::chrono::minutes(1));
    time.is_dropped = others.next() == shown;
    return time;
}

}  // namespace caas::flow
