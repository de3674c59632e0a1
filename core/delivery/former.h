// What the database that a backup takes the place of says of posts. It knows what was sent after
// the backup was made, also of what is due later by the backup: a person gave it an earlier time
// since.
//
// Across tenants. Each takes nullptr where there is no such database or it cannot be opened, and
// throws nothing for what cannot be read: damage may be why there is a restore at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::delivery {

struct FormerPost {
    bool is_begun = false;   // is being sent, in doubt or published
    std::int64_t parts = 0;  // that are out
    std::int64_t steps = 0;  // that published something or may have
    std::string words;       // for people: "published: https://…", "scheduled"

    // All of it, or a part. Also when it failed, waits or was canceled since.
    bool may_be_out() const { return is_begun || parts > 0 || steps > 0; }

    // Than in the database that takes its place, of a post that has come to its end there.
    bool has_more_out(const FormerPost& other) const {
        return is_begun || parts > other.parts || steps > other.steps;
    }
};

// nullopt: it knows no such post, or what it knows cannot be read. Tells the same of any database.
std::optional<FormerPost> former_post(store::Reader* former, const PostId& id);

// Whether what it says of a time after `made_at` is all there is to say: something in it is later,
// so it was worked with since, and it was not copied into another database that went on in its
// stead. What was left behind long ago knows of nothing, and that is no all-clear.
bool knows_since(store::Reader* former, Instant made_at);

// Notes in a database, or forgets, that another one took over what it holds.
void note_copied_away(store::Transaction& transaction, Instant now);
void forget_copied_away(store::Transaction& transaction);

// How many posts it has that were made after the backup (`made_at`) and that `restored`, which
// takes its place, does not have. nullopt where that cannot be read, or it does not know
// (knows_since).
std::optional<std::int64_t> posts_made_since(
    store::Reader* former, store::Reader& restored, Instant made_at);

// A post that may be out, and which occurrence of its series it is.
struct FormerOccurrence {
    PostId post;
    std::string occurrence;
    Instant due_at{};
};

// Of the occurrences behind `after`, in their order.
std::vector<FormerOccurrence> former_occurrences(
    store::Reader* former, const SeriesId& series, std::string_view after);

}  // namespace caas::delivery
