#include "core/flow/resume_backup.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/content/body.h"
#include "core/delivery/former.h"
#include "core/delivery/hold_back.h"
#include "core/flow/occurrence_time.h"
#include "core/flow/series.h"
#include "core/platform/account.h"
#include "core/schedule/occurrences.h"
#include "core/schedule/series.h"

namespace caas::flow {
namespace {

// Notes the occurrences due by `until` for which no post was made yet as passed over: they are of
// the rule's COUNT. False: there are none.
bool pass_due(schedule::Series& series, Instant until) {
    auto rule = schedule::parse_rule(series.rule, series.zone);
    // It is of occurrences that exist, and the rule knows of no gap.
    const auto count = std::exchange(rule.count, std::nullopt);
    schedule::Occurrences times(rule, series.starts_at);
    if (series.made_to)
        times.skip_past(*series.made_to);
    const auto end = schedule::wall_at(until, series.zone) + longest_gap;
    auto passed_over = series.passed_over;
    bool has_passed = false;
    while (const auto wall = times.next()) {
        if (*wall > end || (count && series.made + passed_over >= *count))
            break;
        const auto time = time_of(series, rule, *wall);
        if (!time.is_dropped)
            ++passed_over;
        if (time.resolved.instant > until)
            continue;
        // With those before it that a gap moved behind `until`.
        series.made_to = *wall;
        series.passed_over = passed_over;
        has_passed = true;
    }
    return has_passed;
}

bool pass_over(
    store::Transaction& transaction, schedule::Series& series, Instant until, Instant now) {
    try {
        if (!pass_due(series, until))
            return false;
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

// Adds what was made of a series after the backup, may be out, and would be made and sent again at
// the time that its rule gives. Gives how many posts these are.
std::int64_t hold_sent_early(
    store::Transaction& transaction,
    const schedule::Series& series,
    Instant made_at,
    Instant now,
    store::Reader* former) {
    const auto after = series.made_to ? schedule::wall_text(*series.made_to) : std::string();
    const auto sent = delivery::former_occurrences(former, series.id, after);
    const auto version = sent.empty() ? std::nullopt : version_for(transaction, series);
    if (!version)
        return 0;
    std::int64_t count = 0;
    for (const auto& one : sent) {
        // It may be held since an earlier restore.
        if (delivery::has_occurrence(transaction, series.workspace, series.id, one.occurrence))
            continue;
        delivery::NewPost post;
        post.id = one.post;
        post.workspace = series.workspace;
        post.account = series.account;
        post.content = series.content;
        post.version = version->id;
        post.platform = series.platform;
        post.parts = static_cast<int>(content::parts_for(version->body, series.platform).size());
        post.due_at = one.due_at;
        post.zone = series.zone;
        post.series = series.id;
        post.occurrence = one.occurrence;
        delivery::add_held(transaction, post, made_at, now, former);
        ++count;
    }
    return count;
}

}  // namespace

HeldBack resume_backup(
    store::Transaction& transaction, Instant made_at, Instant now, store::Reader* former) {
    const auto posts = delivery::hold_back(transaction, made_at, now, former);
    HeldBack held;
    held.posts = posts.count;
    held.unchecked = posts.unchecked;
    // As in delivery::hold_back.
    const auto until = std::max(made_at, now);
    for (auto& series : schedule::active_series(transaction)) {
        held.series += pass_over(transaction, series, until, now) ? 1 : 0;
        held.posts += hold_sent_early(transaction, series, made_at, now, former);
    }
    held.made_since = delivery::posts_made_since(former, transaction, made_at);
    return held;
}

}  // namespace caas::flow
