#include "core/delivery/hold_back.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/base/time_zone.h"
#include "core/delivery/attempt.h"
#include "core/delivery/former.h"
#include "core/delivery/lane.h"

namespace caas::delivery {
namespace {

// Read at once; there may be a million.
constexpr std::int64_t most_at_once = 1000;

constexpr std::string_view begun_or_due = R"(p.state IN ('publishing', 'unconfirmed')
        OR (p.state IN ('scheduled', 'retrying', 'paused') AND p.due_at <= $2))";
constexpr std::string_view due_later = R"(p.state IN ('scheduled', 'retrying', 'paused')
        AND p.due_at > $2)";
// A person may have had it tried again since.
constexpr std::string_view given_up = "p.state IN ('failed', 'missed') AND p.due_at <= $2";

// Calls `function` with each post of which `which` holds.
template <typename Function>
void for_each_post(
    store::Reader& reader, std::string_view which, Instant until, const Function& function) {
    const auto sql = std::string(post_select()) + "WHERE p.id > $1\n    AND (" +
                     std::string(which) + ")\nORDER BY p.id\nLIMIT $3";
    PostId last;
    while (true) {
        const auto rows = reader.query(sql, {last, until, most_at_once});
        for (const auto& row : rows) {
            const auto post = read_post(row);
            function(post);
            last = post.id;
        }
        if (rows.size() < static_cast<std::size_t>(most_at_once))
            return;
    }
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

std::string why_held(const Post& post, const std::string& made_at, Instant until) {
    if (post.code == held_back_code)
        return "An earlier restore had held it back when the backup was made (" + made_at +
               "), and nobody had said yet whether it was sent.";
    if (had_begun(post))
        return "Its sending had begun when the backup was made (" + made_at +
               "), and may have gone on after it.";
    if (is_settled(post.state))
        return "By the backup (" + made_at + ") it is " + std::string(name(post.state)) +
               ", but it was tried again since and may have been sent.";
    if (post.due_at > until)
        return "By the backup (" + made_at + ") it is due later, but it may have been sent since.";
    return "It waited when the backup was made (" + made_at +
           "), was due before the restore, and may have been sent in between.";
}

std::string said_by(const std::optional<FormerPost>& former) {
    return former ? " The database that the backup replaced says: " + former->words + "."
                  : std::string();
}

void keep_back(store::Transaction& transaction, const Post& post, std::string why, Instant now) {
    auto after = post;
    enter(after, PostState::unconfirmed, now);
    after.wake_at.reset();
    after.code = held_back_code;
    after.message = std::move(why);
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

HeldPosts hold_back(
    store::Transaction& transaction, Instant made_at, Instant now, store::Reader* former) {
    const auto made = to_rfc3339(made_at);
    // A clock that was ahead when the backup was made sent what was due by it.
    const auto until = std::max(made_at, now);
    HeldPosts held;
    const auto hold = [&](const Post& post, const std::optional<FormerPost>& known) {
        keep_back(transaction, post, why_held(post, made, until) + said_by(known), now);
        ++held.count;
    };
    for_each_post(transaction, begun_or_due, until, [&](const Post& post) {
        hold(post, former_post(former, post.id));
    });
    const bool is_known_since = knows_since(former, made_at);
    for_each_post(transaction, due_later, until, [&](const Post& post) {
        const auto known = former_post(former, post.id);
        if (known && known->may_be_out())
            hold(post, known);
        else if (!known || !is_known_since)
            ++held.unchecked;
    });
    if (former != nullptr)
        for_each_post(transaction, given_up, until, [&](const Post& post) {
            const auto known = former_post(former, post.id);
            const auto ours = former_post(&transaction, post.id);
            if (known && ours && known->has_more_out(*ours))
                hold(post, known);
        });
    break_lanes(transaction);
    return held;
}

void add_held(
    store::Transaction& transaction,
    const NewPost& post,
    Instant made_at,
    Instant now,
    store::Reader* former) {
    const auto made = insert_posts(transaction, {post}, now).front();
    keep_back(
        transaction,
        made,
        "It was made after the backup (" + to_rfc3339(made_at) + ") and may have been sent." +
            said_by(former_post(former, post.id)),
        now);
}

}  // namespace caas::delivery
