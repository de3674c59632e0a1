#include "core/flow/series.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/billing/gate.h"
#include "core/content/content.h"
#include "core/delivery/change.h"
#include "core/flow/media.h"
#include "core/flow/media_fit.h"
#include "core/flow/occurrence_time.h"
#include "core/flow/plan.h"
#include "core/schedule/occurrences.h"

namespace caas::flow {
namespace {

using schedule::Occurrences;
using schedule::Series;
using schedule::SeriesState;
using schedule::Wall;

constexpr std::chrono::days furthest{366 * 5};
// One transaction makes no more than this, then others may write.
constexpr std::size_t most_at_once = 100;
constexpr auto try_again = std::chrono::minutes(15);
// Storage that is away may be back before the time of the post comes.
constexpr auto fit_again = std::chrono::minutes(5);
// A post is on time within this, as in delivery::Pace.
constexpr Milliseconds least_window = std::chrono::minutes(1);

delivery::NewPost post_of(
    const Tools& tools,
    const Series& series,
    const platform::Account& account,
    const content::Version& version,
    Wall wall,
    const Resolved& time) {
    auto text = schedule::wall_text(wall);
    return {
        .id = tools.ids.make<PostId>(),
        .workspace = series.workspace,
        .account = account.id,
        .content = series.content,
        .version = version.id,
        .platform = account.platform,
        .account_name = account.name,
        .version_number = version.number,
        .parts = static_cast<int>(content::parts_for(version.body, account.platform).size()),
        .due_at = time.instant,
        .local_time = text,
        .zone = series.zone,
        .time_note = std::string(schedule::note_of(time.kind)),
        .account_is_active = account.state == platform::AccountState::active,
        .series = series.id,
        .occurrence = text};
}

// Makes what is missing until enough occurrences lie ahead, and notes in the series how far it came
// and when it has to be done again. Occurrences are told apart by their wall time: it stays the
// same when the clock jumps or zone data change.
std::vector<delivery::NewPost> fill(
    const Tools& tools,
    Series& series,
    const platform::Account& account,
    const content::Version& version,
    Instant now) {
    auto rule = schedule::parse_rule(series.rule, series.zone);
    // COUNT is of occurrences that exist (RFC 5545, 3.3.10), and the rule knows of no gap.
    const auto count = std::exchange(rule.count, std::nullopt);
    const auto earliest = now - std::max(account.catch_up, least_window);
    // A new series has no past, though it may start in a gap and go on before the gap's end.
    const auto born = series.created_at - least_window;
    Occurrences times(rule, series.starts_at);
    if (series.made_to)
        times.skip_past(
            std::min(*series.made_to, schedule::wall_at(now, series.zone) - longest_gap));

    std::vector<delivery::NewPost> posts;
    std::optional<Instant> first_ahead;
    int ahead = 0;
    series.updated_at = now;
    while (const auto wall = times.next()) {
        const auto time = time_of(series, rule, *wall);
        const auto at = time.resolved.instant;
        if (!series.made_to || *wall > *series.made_to) {
            if (count && series.made + series.passed_over >= *count)
                break;
            if (at > now + furthest) {
                series.top_up_at = std::min(first_ahead.value_or(at), at - furthest);
                return posts;
            }
            series.made_to = *wall;
            const bool is_wanted = !time.is_dropped && at >= born;
            if (is_wanted && at < earliest) {
                ++series.passed_over;
            } else if (is_wanted) {
                posts.push_back(post_of(tools, series, account, version, *wall, time.resolved));
                ++series.made;
            }
        }
        if (!time.is_dropped && at > now) {
            first_ahead = std::min(first_ahead.value_or(at), at);
            ++ahead;
        }
        if (ahead >= occurrences_ahead) {
            series.top_up_at = first_ahead;
            return posts;
        }
        if (posts.size() >= most_at_once) {
            series.top_up_at = now;
            return posts;
        }
    }
    series.state = SeriesState::finished;
    series.top_up_at.reset();
    return posts;
}

Error refused(const std::string& what, std::string hint) {
    return {Code::invalid, what, std::move(hint), {{"/every", "rule", "has no such occurrence"}}};
}

Wall start_of(const Recurrence& recurrence, schedule::Rule& rule, Instant now) {
    if (recurrence.at) {
        When start;
        start.local = recurrence.at;
        // What may not be the time of a post may not be that of a series either.
        due_time(start, recurrence.zone, now);
        const auto wall = schedule::parse_wall(*recurrence.at);
        if (!wall)
            throw Error(
                Code::invalid,
                "A series starts at a whole minute, and `" + *recurrence.at + "` has seconds",
                "leave them out",
                {{"/at", "format", "must have no seconds"}});
        return *wall;
    }
    if (rule.hours.empty() && (rule.frequency != schedule::Frequency::hourly))
        throw refused(
            "The rule does not say at which time of day",
            "add BYHOUR=9, or start it at a time: --at \"2026-12-01 09:00\"");
    if (rule.minutes.empty())
        rule.minutes = {0};
    auto start = schedule::wall_at(now, recurrence.zone) + std::chrono::minutes(1);
    // When an hour comes a second time, its wall times mean the first time, which is over.
    while (resolve(schedule::local_of(start), recurrence.zone).instant < now)
        start += std::chrono::minutes(1);
    return start;
}

void end(Series& series, std::string why, Instant now) {
    series.state = SeriesState::ended;
    series.problem = std::move(why);
    series.top_up_at.reset();
    series.updated_at = now;
    series.ended_at = now;
}

// A series goes on by itself, but not past what the plan allows.
void require_series_plan(
    const Tools& tools,
    store::Reader& reader,
    const Series& series,
    const std::vector<delivery::NewPost>& posts,
    Instant now) {
    const auto& plans = tools.plans();
    if (posts.empty() || (!plans.has_billing() && !plans.may_lock() &&
                          !plans.unpaid().limit(config::Limit::scheduled_posts)))
        return;
    const auto organization = reader
                                  .query(
                                      R"sql(
SELECT organization_id FROM workspace
WHERE id = $1)sql",
                                      {series.workspace})
                                  .front()
                                  .id<OrganizationId>(0);
    billing::require_unlocked(
        plans,
        reader,
        organization,
        billing::Lockable::workspace,
        series.workspace.view(),
        "The workspace of this series",
        now);
    require_plan(tools, reader, organization, posts, now);
}

// What the next posts show.
struct Pictures {
    WorkspaceId workspace;
    content::Version version;
    platform::Account account;
};

std::optional<Pictures> next_pictures(const Tools& tools, const SeriesId& id) {
    return tools.store.read([&](store::Reader& reader) -> std::optional<Pictures> {
        const auto series = schedule::find_for_top_up(reader, id, tools.clock.now());
        auto version = series ? version_for(reader, *series) : std::nullopt;
        if (!version || !names_media(version->body))
            return std::nullopt;
        auto account = platform::load_account(reader, series->account);
        if (account.state == platform::AccountState::disconnected)
            return std::nullopt;
        return Pictures{series->workspace, *std::move(version), std::move(account)};
    });
}

// `fitted`: the version whose pictures were made to fit. Another one that shows any is left for
// the next look.
int top_up(
    const Tools& tools,
    store::Transaction& transaction,
    const SeriesId& id,
    const std::optional<VersionId>& fitted) {
    const auto now = tools.clock.now();
    auto found = schedule::take_for_top_up(transaction, id, now);
    if (!found)
        return 0;
    auto& series = *found;
    const auto account = platform::load_account(transaction, series.account);
    const auto version = version_for(transaction, series);
    std::vector<delivery::NewPost> posts;
    if (account.state == platform::AccountState::disconnected) {
        end(series, "The account was disconnected.", now);
    } else if (!version) {
        end(series, "The content was deleted.", now);
    } else if (names_media(version->body) && fitted != version->id) {
        return 0;
    } else {
        require_valid(lint_for(tools, transaction, version->body, account), version->content);
        const auto passed_over = series.passed_over;
        posts = fill(tools, series, account, *version, now);
        // What a restore held of it before its turn (resume_backup.h).
        std::erase_if(posts, [&](const delivery::NewPost& post) {
            return delivery::has_occurrence(transaction, series.workspace, id, post.occurrence);
        });
        series.problem.clear();
        if (series.passed_over > passed_over)
            tools.log.write(
                Level::warn,
                "series.passed_over",
                {{"series", id.text()},
                 {"occurrences", std::to_string(series.passed_over - passed_over)}});
        require_series_plan(tools, transaction, series, posts, now);
        delivery::insert_posts(transaction, posts, now);
    }
    schedule::save_series(transaction, series);
    return static_cast<int>(posts.size());
}

// Whether the next series may fare better.
bool is_of_one_series(Code code) {
    return code == Code::content_rejected || code == Code::invalid || code == Code::not_found ||
           code == Code::plan_limit;
}

void put_off(const Tools& tools, const SeriesId& id, const Error& error, Milliseconds wait) {
    tools.store.write([&](store::Transaction& transaction) {
        const auto now = tools.clock.now();
        auto series = schedule::take_for_top_up(transaction, id, now);
        if (!series)
            return;
        series->problem = error.what();
        series->top_up_at = now + wait;
        series->updated_at = now;
        schedule::save_series(transaction, *series);
    });
    tools.log.write(
        Level::warn, "series.held_up", {{"series", id.text()}, {"error", error.what()}});
}

// The pictures first: the content may show others since the series began, and a post whose pictures
// do not fit would be refused.
int make_next(const Tools& tools, const SeriesId& id) {
    std::optional<VersionId> fitted;
    if (const auto next = next_pictures(tools, id)) {
        const auto& [workspace, version, account] = *next;
        try {
            fit_media(
                tools, workspace, version.body, account.platform, platform::limits_of(account));
        } catch (const Error& error) {
            put_off(tools, id, error, fit_again);
            return 0;
        }
        fitted = version.id;
    }
    return tools.store.write(
        [&](store::Transaction& transaction) { return top_up(tools, transaction, id, fitted); });
}

}  // namespace

std::vector<delivery::NewPost> begin_series(
    store::Transaction& transaction,
    const Tools& tools,
    const platform::Account& account,
    const content::Version& version,
    const Recurrence& recurrence,
    Instant now) {
    auto rule = schedule::parse_rule(recurrence.every, recurrence.zone);
    Series series;
    series.starts_at = start_of(recurrence, rule, now);
    series.id = tools.ids.make<SeriesId>();
    series.workspace = account.workspace;
    series.account = account.id;
    series.content = version.content;
    if (recurrence.pins_version)
        series.version = version.id;
    series.rule = schedule::rule_text(rule);
    series.zone = recurrence.zone;
    series.created_at = now;
    auto posts = fill(tools, series, account, version, now);
    if (posts.empty())
        throw refused(
            "The rule has no occurrence in the next five years",
            "look at its COUNT, its UNTIL and its days");
    schedule::insert_series(transaction, series);
    return posts;
}

std::optional<content::Version> version_for(store::Reader& reader, const Series& series) {
    const auto content = content::find(reader, series.workspace, series.content);
    if (!content)
        return std::nullopt;
    if (series.version)
        return content::find_version(reader, series.workspace, *series.version);
    return content->version;
}

ToppedUp top_up_series(const Tools& tools) {
    constexpr std::size_t most = 100;
    ToppedUp done;
    while (true) {
        const auto ids = tools.store.read([&](store::Reader& reader) {
            return schedule::series_to_top_up(reader, tools.clock.now(), most);
        });
        for (const auto& id : ids) {
            try {
                done.posts += make_next(tools, id);
            } catch (const Error& error) {
                if (!is_of_one_series(error.code()))
                    throw;
                put_off(tools, id, error, try_again);
            }
        }
        if (ids.empty())
            break;
    }
    done.again =
        tools.store.read([](store::Reader& reader) { return schedule::next_top_up(reader); });
    return done;
}

EndedSeries end_series(
    const Tools& tools, const access::Principal& principal, std::string_view who) {
    return tools.store.write([&](store::Transaction& transaction) {
        const auto& workspace = principal.workspace;
        const auto now = tools.clock.now();
        const auto id = schedule::resolve_series(transaction, workspace, who);
        auto series = schedule::get_series(transaction, workspace, id);
        EndedSeries ended;
        if (series.state != SeriesState::ended) {
            end(series, {}, now);
            schedule::save_series(transaction, series);
        }
        const auto posts = delivery::cancel_series(transaction, workspace, id, now);
        ended.canceled_posts = posts.canceled;
        ended.failed_posts = posts.failed;
        ended.series = std::move(series);
        return ended;
    });
}

}  // namespace caas::flow
