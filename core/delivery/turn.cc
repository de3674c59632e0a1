#include "core/delivery/turn.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "core/delivery/lane.h"

namespace caas::delivery {
namespace {

// Which posts wait for their turn (`waiting_code`), whether anything of them was begun or not. A
// retry that waits for what made it fail says that, and keeps the time it was given.
constexpr std::string_view waits = "state IN ('scheduled', 'retrying') AND code = 'rate_limited'";

// `sql` with `waits` in the place of each {waits}.
std::string about_waiting(std::string_view sql) {
    constexpr std::string_view mark = "{waits}";
    std::string text(sql);
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + waits.size()))
        text.replace(at, mark.size(), waits);
    return text;
}

// More at once would keep others from writing; the rest ask for themselves.
constexpr int most_behind = 1000;

// Each comes a pace after the one before, and none later than in an hour or with the first. Of what
// failed before, only that comes with them whose time to be tried again is there.
void put_behind(
    store::Transaction& transaction, const Post& first, const PutOff& put_off, Instant now) {
    const auto latest = std::max(put_off.until, now + std::chrono::hours(1));
    transaction.execute(
        R"(UPDATE post
SET wake_at = CASE WHEN $2 + b.place * $7 < $8 THEN $2 + b.place * $7 ELSE $8 END,
    code = $5, message = $3, updated_at = $4
FROM (SELECT q.id, row_number() OVER (ORDER BY q.wake_at, q.due_at, q.id) AS place
    FROM (SELECT p.id, p.wake_at, p.due_at FROM post p
        WHERE p.account_id = $1 AND p.wake_at < $2 AND p.due_at <= $4
            AND (p.state = 'scheduled'
                OR (p.state = 'retrying' AND (p.code = $5 OR p.wake_at <= $4)))
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
    static const auto sql = about_waiting(R"(UPDATE post
SET wake_at = due_at, code = NULL, message = NULL
WHERE wake_at > $1
    AND due_at <= $1
    AND {waits}
RETURNING account_id)");
    return wake_each(transaction, sql, {now});
}

int wake_stranded(store::Transaction& transaction, Instant now) {
    // Who asks for its turn once too often is put off again, and no try or look waits for longer
    // than an hour, but for what a platform asked for: a day at most (Pace::most_wait). Those of
    // one moment come a little after each other.
    constexpr Milliseconds longest = std::chrono::hours(1) + std::chrono::minutes(1);
    constexpr Milliseconds longest_asked_for = std::chrono::hours(24) + std::chrono::minutes(1);
    static const auto sql = about_waiting(R"(UPDATE post
SET wake_at = due_at,
    code = CASE WHEN {waits} AND due_at > $1 THEN NULL ELSE code END,
    message = CASE WHEN {waits} AND due_at > $1 THEN NULL ELSE message END
WHERE id IN (SELECT p.id FROM lane l
    JOIN post p ON p.account_id = l.account_id
    WHERE p.wake_at > $1
        AND (({waits} AND (p.due_at > $1 OR p.wake_at > $2))
            OR (p.state <> 'scheduled' AND p.wake_at > $3)
            OR (p.state <> 'scheduled' AND p.wake_at > $2
                AND (p.code IS NULL OR p.code <> 'later'))))
RETURNING account_id)");
    return wake_each(transaction, sql, {now, now + longest, now + longest_asked_for});
}

// Whom they waited behind is gone; who waits before that keeps its place.
void wake_those_behind(store::Transaction& transaction, const Post& gone, Instant now) {
    static const auto sql = about_waiting(R"(UPDATE post
SET wake_at = due_at, code = NULL, message = NULL
WHERE id IN (SELECT id FROM post
    WHERE account_id = $1 AND wake_at > $2 AND due_at <= $2 AND {waits}
        AND (due_at, id) > ($3, $4)
    ORDER BY wake_at, due_at, id
    LIMIT $5))");
    transaction.execute(sql, {gone.account, now, gone.due_at, gone.id, most_behind});
}

// An engine takes up first who woke first: of those whose turn has come too, that is not all that
// were due before.
std::optional<Instant> turn_before(store::Reader& reader, const Post& post, Instant now) {
    // No turn lies further ahead; what is planned for later need not be read.
    constexpr Milliseconds furthest = std::chrono::hours(24);
    static const auto sql = about_waiting(R"(SELECT wake_at
FROM post
WHERE account_id = $1
    AND wake_at > $2
    AND wake_at <= $3
    AND due_at <= $4
    AND (due_at, id) < ($4, $5)
    AND {waits}
ORDER BY wake_at DESC
LIMIT 1)");
    const auto woke = std::min(now, post.wake_at.value_or(now));
    const auto rows = reader.query(sql, {post.account, woke, now + furthest, post.due_at, post.id});
    return rows.empty() ? std::nullopt : std::optional(rows[0].instant(0));
}

std::int64_t count_put_off(store::Reader& reader, Instant now) {
    static const auto sql = about_waiting(R"(SELECT count(*) FROM post
WHERE wake_at > $1
    AND due_at <= $1
    AND {waits})");
    return reader.query(sql, {now}).front().integer(0);
}

}  // namespace caas::delivery
