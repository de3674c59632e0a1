// What people and accounts do to posts. From the claim on, edits, moves and cancels are refused in
// words; before it they win. Each function belongs in one write transaction.
//
// All throw Error: not_found for another workspace's post, conflict when its state forbids it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/delivery/post.h"
#include "core/store/connection.h"

namespace caas::delivery {

struct DueTime {
    Instant at{};
    std::string local_time;
    std::string zone;
    std::string note;
};

// Why a thread has failed of which a part is out and nothing more is sent.
inline constexpr std::string_view thread_stopped_code = "thread_stopped";
inline constexpr std::string_view account_disconnected_code = "account_disconnected";

// A thread of which a part is out is not canceled: it has failed, and says how far it came.
Post cancel(
    store::Transaction& transaction, const WorkspaceId& workspace, const PostId& id, Instant now);
// Also gives a draft or a missed post its time.
Post move(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const DueTime& due,
    bool account_is_active,
    Instant now);
// The local time of a post that waits (scheduled or paused) means another instant now, as the rules
// of its zone have changed.
void reset_due(store::Transaction& transaction, const Post& post, const DueTime& due, Instant now);
// Only before the first step was written down.
Post repin(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const VersionId& version,
    int parts,
    Instant now);
// A failed or missed post is due again, now; a thread goes on with its next part, unless what was
// out of it was taken back, or that was begun.
Post retry(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    bool account_is_active,
    Instant now);
// A person looked: the step in doubt went out (and lies at `url`, which may be empty), or it did
// not and the post is due again, now, or canceled at once. What a restore held back (hold_back.h)
// went out as a whole, or goes on after the last part that is known to be out.
Post reconcile_sent(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    const std::string& url,
    Instant now);
Post reconcile_not_sent(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const PostId& id,
    bool account_is_active,
    Instant now);

Post reconcile_canceled(
    store::Transaction& transaction, const WorkspaceId& workspace, const PostId& id, Instant now);

// The account was paused, needs a sign-in or is gone: what waits, waits as `paused`.
void pause_posts(store::Transaction& transaction, const AccountId& account, Instant now);

// What became of the posts of an account that is disconnected, or of a series that is ended.
struct Ended {
    int canceled = 0;
    int failed = 0;       // threads of which a part is out
    int unconfirmed = 0;  // left for a person to say
};

// The account is disconnected: what waits is canceled, and a thread that is half out has failed,
// with words. What is being sent this instant ends by itself; whoever sends it calls this after.
Ended end_posts(store::Transaction& transaction, const AccountId& account, Instant now);
// It works again: what is due goes out by itself.
void resume_posts(store::Transaction& transaction, const AccountId& account, Instant now);

// The series is ended: those of its posts that wait are canceled as `cancel` would, whether for
// their time or for another try.
Ended cancel_series(
    store::Transaction& transaction, const WorkspaceId& workspace, const SeriesId& id, Instant now);

// Posts that wait for a time which was given as a local one, by id, from the one after `after` on.
// Across tenants.
std::vector<Post> waiting_by_local_time(
    store::Reader& reader, const PostId& after, std::int64_t most);

}  // namespace caas::delivery
