#include "core/delivery/turn.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "core/delivery/lane.h"

namespace caas::delivery {
namespace {

// More at once would keep others from writing; the rest ask for themselves.
constexpr int most_behind = 1000;

// Each comes a pace after the one before, and none later than in an hour or with the first.
void put_behind(
    store::Transaction& transaction, const Post& first, const PutOff& put_off, Instant now) {
    const auto latest = std::max(put_off.until, now + std::chrono::hours(1));
    transaction.execute(
        R"(UPDATE post
SET wake_at = CASE WHEN $2 + b.place * $7 < $8 THEN $2 + b.place * $7 ELSE $8 END,
    code = $5, message = $3, updated_at = $4
FROM (SELECT q.id, row_number() OVER (ORDER BY q.wake_at, q.due_at, q.id) AS place
    FROM (SELECT p.id, p.wake_at, p.due_at FROM post p
        WHERE p.account_id = $1 AND p.wake_at < $2 AND p.due_at <= $4 AND p.state = 'scheduled'
            AND (p.due_at, p.id) > ($9, $10)
        ORDER BY p.wake_at, p.due_at, p.id
        LIMIT $6) q) b
WHERE post.id = b.id)",
        {first.account,
         put_off.until,
         put_off.why,
         now,
         waiting_code,
         most_behind,
         std::int64_t{put_off.pace.count()},
         latest,
         first.due_at,
         first.id});
}

// `sql` gives the accounts of the posts that it wakes.
int wake_each(store::Transaction& transaction, std::string_view sql, const store::Values& values) {
    const auto rows = transaction.query(sql, values);
    std::set<AccountId> accounts;
    for (const auto& row : rows)
        accounts.insert(row.id<AccountId>(0));
    for (const auto& account : accounts)
        reset_lane(transaction, account);
    return static_cast<int>(rows.size());
}

}  // namespace

void save_wait(
    store::Transaction& transaction, const Post& seen, const PutOff& put_off, Instant now) {
    const auto changed = transaction.execute(
        R"(UPDATE post
SET wake_at = $4, code = $7, message = $5, updated_at = $6
WHERE id = $1
    AND state = $2
    AND wake_at = $3)",
        {seen.id, name(seen.state), seen.wake_at, put_off.until, put_off.why, now, waiting_code});
    if (changed == 0)
        return;
    put_behind(transaction, seen, put_off, now);
    reset_lane(transaction, seen.account);
}

int wake_waiting(store::Transaction& transaction, Instant now) {
    return wake_each(
        transaction,
        R"(UPDATE post
SET wake_at = due_at, code = NULL, message = NULL
WHERE wake_at > $1
    AND due_at <= $1
    AND state = 'scheduled'
    AND code = $2
RETURNING account_id)",
        {now, waiting_code});
}

int wake_stranded(store::Transaction& transaction, Instant now) {
    // A day at most (Pace::most_wait), and those of one moment a little after each other.
    constexpr Milliseconds longest = std::chrono::hours(24) + std::chrono::minutes(1);
    return wake_each(
        transaction,
        R"(UPDATE post
SET wake_at = due_at,
    code = CASE WHEN state <> 'scheduled' THEN code END,
    message = CASE WHEN state <> 'scheduled' THEN message END
WHERE id IN (SELECT p.id FROM lane l
    JOIN post p ON p.account_id = l.account_id
    WHERE p.wake_at > $1
        AND ((p.state = 'scheduled' AND p.code = $2 AND (p.due_at > $1 OR p.wake_at > $3))
            OR (p.state <> 'scheduled' AND p.wake_at > $3)))
RETURNING account_id)",
        {now, waiting_code, now + longest});
}

// Whom they waited behind is gone; who waits before that keeps its place.
void wake_those_behind(store::Transaction& transaction, const Post& gone, Instant now) {
    transaction.execute(
        R"(UPDATE post
SET wake_at = due_at, code = NULL, message = NULL
WHERE id IN (SELECT p.id FROM post p
    WHERE p.account_id = $1 AND p.wake_at > $2 AND p.due_at <= $2 AND p.state = 'scheduled'
        AND p.code = $3 AND (p.due_at, p.id) > ($4, $5)
    ORDER BY p.wake_at, p.due_at, p.id
    LIMIT $6))",
        {gone.account, now, waiting_code, gone.due_at, gone.id, most_behind});
}

std::optional<Instant> turn_before(store::Reader& reader, const Post& post, Instant now) {
    // No turn lies further ahead; what is planned for later need not be read.
    constexpr Milliseconds furthest = std::chrono::hours(24);
    const auto rows = reader.query(
        R"(SELECT wake_at
FROM post
WHERE account_id = $1
    AND wake_at > $2
    AND wake_at <= $3
    AND due_at <= $4
    AND (due_at, id) < ($4, $5)
    AND state = 'scheduled'
    AND code = $6
ORDER BY wake_at DESC
LIMIT 1)",
        {post.account, now, now + furthest, post.due_at, post.id, waiting_code});
    return rows.empty() ? std::nullopt : std::optional(rows[0].instant(0));
}

std::int64_t count_put_off(store::Reader& reader, Instant now) {
    return reader
        .query(
            R"(SELECT count(*) FROM post
WHERE wake_at > $1
    AND due_at <= $1
    AND state = 'scheduled'
    AND code = $2)",
            {now, waiting_code})
        .front()
        .integer(0);
}

}  // namespace caas::delivery
