// What the posts of an account go through together, and those of a series.
#include "core/delivery/change.h"
#include "core/delivery/lane.h"

namespace caas::delivery {

void pause_posts(store::Transaction& transaction, const AccountId& account, Instant now) {
    for (const auto from : {PostState::scheduled, PostState::retrying})
        save_all(transaction, account, from, PostState::paused, Event::pause, Touched::any, now);
    save_all(
        transaction,
        account,
        PostState::unconfirmed,
        PostState::unconfirmed,
        Event::pause,
        Touched::any,
        now);
    reset_lane(transaction, account);
}

void resume_posts(store::Transaction& transaction, const AccountId& account, Instant now) {
    save_all(
        transaction,
        account,
        PostState::paused,
        PostState::scheduled,
        Event::resume,
        Touched::no,
        now);
    save_all(
        transaction,
        account,
        PostState::paused,
        PostState::retrying,
        Event::resume,
        Touched::yes,
        now);
    save_all(
        transaction,
        account,
        PostState::unconfirmed,
        PostState::unconfirmed,
        Event::resume,
        Touched::any,
        now);
    reset_lane(transaction, account);
}

Ended cancel_series(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    const SeriesId& id,
    Instant now) {
    const auto rows = transaction.query(
        R"(SELECT id
FROM post
WHERE workspace_id = $1
    AND series_id = $2
    AND state IN ('draft', 'scheduled', 'retrying', 'paused'))",
        {workspace, id});
    Ended ended;
    for (const auto& row : rows) {
        const auto post = cancel(transaction, workspace, row.id<PostId>(0), now);
        ++(post.state == PostState::failed ? ended.failed : ended.canceled);
    }
    return ended;
}

std::vector<Post> waiting_by_local_time(
    store::Reader& reader, const PostId& after, std::int64_t most) {
    static const auto sql = std::string(post_select()) + R"(WHERE p.id > $1
    AND p.state IN ('scheduled', 'paused')
    AND p.local_time IS NOT NULL
    AND p.zone IS NOT NULL
ORDER BY p.id
LIMIT $2)";
    std::vector<Post> posts;
    for (const auto& row : reader.query(sql, {after, most}))
        posts.push_back(read_post(row));
    return posts;
}

}  // namespace caas::delivery
