#include "core/flow/resume_backup.h"

#include <chrono>
#include <optional>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/delivery/hold_back.h"
#include "core/schedule/occurrences.h"
#include "core/schedule/series.h"

namespace caas::flow {
namespace {

// A gap moves a local time by less than this, except on a day that a zone leaves out.
constexpr std::chrono::days longest_gap{2};

// The last occurrence due by `now` for which no post was made yet. nullopt: there is none.
std::optional<schedule::Wall> last_due(const schedule::Series& series, Instant now) {
    schedule::Occurrences times(schedule::parse_rule(series.rule, series.zone), series.starts_at);
    if (series.made_to)
        times.skip_past(*series.made_to);
    const auto end = schedule::wall_at(now, series.zone) + longest_gap;
    std::optional<schedule::Wall> last;
    while (const auto wall = times.next()) {
        if (*wall > end)
            break;
        if (resolve(schedule::local_of(*wall), series.zone).instant <= now)
            last = wall;
    }
    return last;
}

bool pass_over(store::Transaction& transaction, schedule::Series series, Instant now) {
    try {
        const auto last = last_due(series, now);
        if (!last)
            return false;
        series.made_to = last;
        series.updated_at = now;
        schedule::save_series(transaction, series);
        return true;
    } catch (const Error& error) {
        // A zone that this machine does not know: no posts can be made here either.
        if (error.code() != Code::invalid)
            throw;
        return false;
    }
}

}  // namespace

HeldBack resume_backup(store::Transaction& transaction, Instant made_at, Instant now) {
    HeldBack held;
    held.posts = delivery::hold_back(transaction, made_at, now);
    for (const auto& series : schedule::active_series(transaction))
        held.series += pass_over(transaction, series, now) ? 1 : 0;
    return held;
}

}  // namespace caas::flow
