#include "core/metric/round.h"

#include <array>
#include <charconv>

namespace caas::metric {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Most of a post's life is its first day; a month later numbers hardly move.
constexpr std::array<Milliseconds, 8> ages{
    minutes(10), hours(1), hours(6), hours(24), hours(72), hours(168), hours(336), hours(720)};
constexpr Milliseconds lease = minutes(2);
constexpr Milliseconds least_left = minutes(1);
constexpr int most_tries = 3;
constexpr std::string_view enrolled_fact = "metric_enrolled_until";

void wait_for(
    store::Transaction& transaction,
    const Round& round,
    std::optional<int> number,
    const std::optional<std::string>& problem) {
    const auto due = number ? std::optional(round.published_at + *age_at(*number)) : std::nullopt;
    transaction.execute(
        R"(UPDATE metric_round
SET number = $2, tries = 0, due_at = $3, problem = $4
WHERE post_id = $1)",
        {round.post, number.value_or(static_cast<int>(ages.size())), due, problem});
}

}  // namespace

std::optional<Milliseconds> age_at(int number) {
    if (number < 0 || number >= static_cast<int>(ages.size()))
        return std::nullopt;
    return ages.at(static_cast<std::size_t>(number));
}

std::optional<int> round_after(int number, Instant published_at, Instant now) {
    for (auto next = number; age_at(next); ++next) {
        const auto after = age_at(next + 1);
        if (!after || published_at + *after > now)
            return next;
    }
    return std::nullopt;
}

void enroll(
    store::Transaction& transaction,
    const PostId& post,
    const WorkspaceId& workspace,
    Instant published_at,
    Instant now) {
    if (published_at + ages.back() < now)
        return;
    const auto number = round_after(0, published_at, now);
    transaction.execute(
        R"(INSERT INTO metric_round (post_id, workspace_id, number, tries, published_at, due_at)
VALUES ($1, $2, $3, 0, $4, $5)
ON CONFLICT (post_id) DO NOTHING)",
        {post, workspace, *number, published_at, published_at + *age_at(*number)});
}

std::vector<Round> claim_rounds(store::Transaction& transaction, Instant now, int most) {
    std::vector<Round> rounds;
    for (const auto& row : transaction.query(
             R"(UPDATE metric_round
SET due_at = $2
WHERE post_id IN (SELECT post_id FROM metric_round
        WHERE due_at <= $1
        ORDER BY due_at, post_id
        LIMIT $3)
    AND due_at <= $1
RETURNING post_id, workspace_id, number, tries, published_at)",
             {now, now + lease, most}))
        rounds.push_back(
            {row.id<PostId>(0),
             row.id<WorkspaceId>(1),
             static_cast<int>(row.integer(2)),
             static_cast<int>(row.integer(3)),
             row.instant(4),
             now + lease});
    return rounds;
}

bool is_held(const Round& round, Instant now) {
    return round.held_until - now >= least_left;
}

bool hold_round(store::Transaction& transaction, Round& round, Instant now) {
    const auto changed = transaction.execute(
        R"(UPDATE metric_round
SET due_at = $3
WHERE post_id = $1
    AND due_at = $2)",
        {round.post, round.held_until, now + lease});
    round.held_until = now + lease;
    return changed > 0;
}

void finish_round(store::Transaction& transaction, const Round& round, Instant now) {
    wait_for(
        transaction, round, round_after(round.number + 1, round.published_at, now), std::nullopt);
}

void postpone_round(
    store::Transaction& transaction,
    const Round& round,
    Instant again,
    const std::string& problem,
    Instant now) {
    if (round.tries + 1 >= most_tries) {
        wait_for(
            transaction, round, round_after(round.number + 1, round.published_at, now), problem);
        return;
    }
    transaction.execute(
        R"(UPDATE metric_round
SET tries = tries + 1, due_at = $2, problem = $3
WHERE post_id = $1)",
        {round.post, again, problem});
}

void end_rounds(store::Transaction& transaction, const PostId& post, const std::string& problem) {
    transaction.execute(
        R"(UPDATE metric_round
SET due_at = NULL, problem = $2
WHERE post_id = $1)",
        {post, problem});
}

std::optional<Instant> next_round(store::Reader& reader) {
    const auto rows = reader.query(
        R"(SELECT due_at
FROM metric_round
WHERE due_at IS NOT NULL
ORDER BY due_at, post_id
LIMIT 1)",
        {});
    return rows.empty() ? std::nullopt : std::optional(rows.front().instant(0));
}

std::optional<Instant> enrolled_until(store::Reader& reader) {
    const auto rows = reader.query("SELECT value FROM fact WHERE name = $1", {enrolled_fact});
    if (rows.empty())
        return std::nullopt;
    const auto text = rows.front().text(0);
    std::int64_t ms = 0;
    std::from_chars(text.data(), text.data() + text.size(), ms);
    return Instant(Milliseconds(ms));
}

void set_enrolled_until(store::Transaction& transaction, Instant until) {
    transaction.execute(
        R"(INSERT INTO fact (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE
SET value = excluded.value)",
        {enrolled_fact, std::to_string(to_ms(until))});
}

}  // namespace caas::metric
