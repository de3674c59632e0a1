#include "core/delivery/hold_back.h"

#include <string>
#include <vector>

#include "core/base/time_zone.h"
#include "core/delivery/attempt.h"
#include "core/delivery/lane.h"
#include "core/delivery/post.h"

namespace caas::delivery {
namespace {

// Read at once; there may be a million.
constexpr std::int64_t most_at_once = 1000;

std::vector<Post> next_ones(store::Reader& reader, const PostId& after, Instant now) {
    static const auto sql = std::string(post_select()) + R"(WHERE p.id > $1
    AND (p.state IN ('publishing', 'unconfirmed')
        OR (p.state IN ('scheduled', 'retrying', 'paused') AND p.due_at <= $2))
ORDER BY p.id
LIMIT $3)";
    std::vector<Post> posts;
    for (const auto& row : reader.query(sql, {after, now, most_at_once}))
        posts.push_back(read_post(row));
    return posts;
}

bool had_begun(const Post& post) {
    return post.state == PostState::publishing || post.state == PostState::unconfirmed;
}

// A step that was under way ended after the backup, nobody knows how.
void open_steps(store::Transaction& transaction, const PostId& post, Instant now) {
    for (auto& step : read_journal(transaction, post)) {
        if (step.state != AttemptState::started)
            continue;
        step.state = AttemptState::unknown;
        step.ending = Ending::unknown;
        step.code = held_back_code;
        step.message = "The backup was made before the answer was written down.";
        step.ended_at = now;
        update_attempt(transaction, step);
    }
}

void keep_back(
    store::Transaction& transaction, const Post& post, const std::string& made_at, Instant now) {
    auto after = post;
    enter(after, PostState::unconfirmed, now);
    after.wake_at.reset();
    after.code = held_back_code;
    after.message = had_begun(post)
                        ? "Its sending had begun when the backup was made (" + made_at +
                              "), and may have gone on after it."
                        : "It waited when the backup was made (" + made_at +
                              "), was due before the restore, and may have been sent in between.";
    if (had_begun(post))
        open_steps(transaction, post.id, now);
    save(transaction, post, after, Event::restore);
}

// Whoever held a lane works on the database that is no more.
void break_lanes(store::Transaction& transaction) {
    for (const auto& row :
         transaction.query("SELECT account_id FROM lane WHERE held_by IS NOT NULL", {}))
        break_lane(transaction, row.id<AccountId>(0));
}

}  // namespace

std::int64_t hold_back(store::Transaction& transaction, Instant made_at, Instant now) {
    const auto made = to_rfc3339(made_at);
    std::int64_t count = 0;
    PostId last;
    while (true) {
        const auto posts = next_ones(transaction, last, now);
        for (const auto& post : posts)
            keep_back(transaction, post, made, now);
        count += static_cast<std::int64_t>(posts.size());
        if (posts.size() < static_cast<std::size_t>(most_at_once))
            break;
        last = posts.back().id;
    }
    break_lanes(transaction);
    return count;
}

}  // namespace caas::delivery
