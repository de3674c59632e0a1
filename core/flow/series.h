// Recurring posts: each occurrence of a series is a post of its own, made ahead of its time, and
// made once, whatever clocks and daemons do. A canceled or moved occurrence is not made again.
//
// An occurrence pins the version that is the latest when its post is made, or the one the series
// was given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/content/version.h"
#include "core/delivery/post.h"
#include "core/flow/tools.h"
#include "core/platform/account.h"
#include "core/schedule/series.h"

namespace caas::flow {

// So many occurrences that are still to come are there as posts.
inline constexpr int occurrences_ahead = 2;

struct Recurrence {
    std::string every;              // a rule, see schedule::parse_rule
    std::optional<std::string> at;  // "2026-12-01 09:00": when it starts; nullopt: now
    std::string zone;
    bool pins_version = false;  // every occurrence has the given version, not the latest
};

// Makes the series and gives its first posts, to be stored in the same transaction. The account and
// the version have been checked. Throws Error(invalid): no such rule, one without a time of day, or
// one without an occurrence in the next five years.
std::vector<delivery::NewPost> begin_series(
    store::Transaction& transaction,
    const Tools& tools,
    const platform::Account& account,
    const content::Version& version,
    const Recurrence& recurrence,
    Instant now);

// The version that a post made now would have; nullopt when the content is gone.
std::optional<content::Version> version_for(store::Reader& reader, const schedule::Series& series);

struct ToppedUp {
    int posts = 0;                 // that were made
    std::optional<Instant> again;  // when the next one has to be
};

// Makes the posts that are due to be made, in all workspaces. A series that cannot go on (a rule of
// its platform is broken, its pictures cannot be made to fit just now) says why and is tried again
// later. Throws Error of the store.
ToppedUp top_up_series(const Tools& tools);

struct EndedSeries {
    schedule::Series series;
    int canceled_posts = 0;
    int failed_posts = 0;  // threads of which a part is out
};

// No more posts are made, and those that still wait are canceled as one by one. Throws
// Error(not_found).
EndedSeries end_series(
    const Tools& tools, const access::Principal& principal, std::string_view who);

struct Upcoming {
    schedule::Wall wall;
    Instant at{};
    std::string note;
};

// The next occurrences by the rule, whether their posts are there or not.
std::vector<Upcoming> upcoming(const schedule::Series& series, Instant now, int most);

}  // namespace caas::flow
