#include "core/delivery/lane.h"

#include "core/delivery/together.h"

namespace caas::delivery {
namespace {

Lane read(const store::Row& row) {
    Lane lane;
    lane.account = row.id<AccountId>(0);
    if (!row.is_null(1))
        lane.engine = row.id<EngineId>(1);
    lane.fence = row.integer(2);
    if (!row.is_null(3))
        lane.post = row.id<PostId>(3);
    return lane;
}

// Whoever has it: for the simulator, which shows what lanes are for.
std::optional<Lane> seize_lane(
    store::Transaction& transaction,
    const DueLane& seen,
    const EngineId& engine,
    const PostId& post) {
    const auto rows = transaction.query(
        R"(UPDATE lane
SET held_by = $2, fence = fence + 1, post_id = $3, wake_at = NULL
WHERE account_id = $1
RETURNING fence)",
        {seen.account, engine, post});
    if (rows.empty())
        return std::nullopt;
    return Lane{seen.account, engine, rows[0].integer(0), post};
}

}  // namespace

std::vector<DueLane> due_lanes(store::Reader& reader, Instant now, std::size_t most) {
    const auto rows = reader.query(
        R"(SELECT account_id, fence
FROM lane
WHERE wake_at IS NOT NULL
    AND wake_at <= $1
ORDER BY wake_at, account_id
LIMIT $2)",
        {now, static_cast<std::int64_t>(most)});
    std::vector<DueLane> lanes;
    lanes.reserve(rows.size());
    for (const auto& row : rows)
        lanes.push_back({row.id<AccountId>(0), row.integer(1)});
    return lanes;
}

std::optional<DueLane> free_lane_of(store::Reader& reader, const AccountId& account) {
    const auto rows = reader.query(
        R"(SELECT account_id, fence
FROM lane
WHERE account_id = $1
    AND held_by IS NULL)",
        {account});
    if (rows.empty())
        return std::nullopt;
    return DueLane{rows[0].id<AccountId>(0), rows[0].integer(1)};
}

std::optional<Instant> next_wake(store::Reader& reader) {
    const auto rows = reader.query(
        R"(SELECT wake_at
FROM lane
WHERE wake_at IS NOT NULL
ORDER BY wake_at
LIMIT 1)",
        {});
    if (rows.empty())
        return std::nullopt;
    return rows[0].instant(0);
}

std::vector<Lane> lanes_held_by(store::Reader& reader, const EngineId& engine) {
    const auto rows = reader.query(
        R"(SELECT account_id, held_by, fence, post_id
FROM lane
WHERE held_by = $1
ORDER BY account_id)",
        {engine});
    std::vector<Lane> lanes;
    for (const auto& row : rows)
        lanes.push_back(read(row));
    return lanes;
}

std::optional<Lane> lane_with(store::Reader& reader, const AccountId& account, const PostId& post) {
    const auto rows = reader.query(
        R"(SELECT account_id, held_by, fence, post_id
FROM lane
WHERE account_id = $1
    AND post_id = $2
    AND held_by IS NOT NULL)",
        {account, post});
    if (rows.empty())
        return std::nullopt;
    return read(rows[0]);
}

bool is_sending(store::Reader& reader, const AccountId& account) {
    return !reader
                .query(
                    R"(SELECT 1
FROM lane l
JOIN post p ON p.id = l.post_id
WHERE l.account_id = $1
    AND l.held_by IS NOT NULL
    AND p.state = 'publishing')",
                    {account})
                .empty();
}

store::Batch taking_of(std::span<const Taking> takings, const EngineId& engine) {
    store::Batch batch;
    batch.are_apart = true;
    batch.sql = R"(UPDATE lane
SET held_by = $2, fence = fence + 1, post_id = $3, wake_at = NULL
WHERE account_id = $1
    AND held_by IS NULL
    AND fence = $4
    AND EXISTS (SELECT 1 FROM engine WHERE id = $2))";
    batch.rows.reserve(takings.size());
    for (const auto& taking : takings)
        batch.rows.push_back({taking.seen->account, engine, *taking.post, taking.seen->fence});
    return batch;
}

void take_lanes(
    store::Transaction& transaction,
    std::span<Taking> takings,
    const EngineId& engine,
    const Guards& guards) {
    if (!guards.has_lane) {
        for (auto& taking : takings)
            taking.lane = seize_lane(transaction, *taking.seen, engine, *taking.post);
        return;
    }
    auto batch = taking_of(takings, engine);
    const auto changed = transaction.execute_each(batch.sql, batch.rows);
    for (std::size_t i = 0; i < takings.size(); ++i) {
        const auto& taking = takings[i];
        if (changed[i] == 1)
            takings[i].lane =
                Lane{taking.seen->account, engine, taking.seen->fence + 1, *taking.post};
    }
}

std::optional<Lane> take_lane(
    store::Transaction& transaction,
    const DueLane& seen,
    const EngineId& engine,
    const PostId& post) {
    Taking taking{&seen, &post};
    take_lanes(transaction, std::span(&taking, 1), engine);
    return taking.lane;
}

bool is_held(store::Reader& reader, const Lane& lane) {
    return !reader
                .query(
                    R"(SELECT 1
FROM lane
WHERE account_id = $1
    AND held_by = $2
    AND fence = $3)",
                    {lane.account, lane.engine, lane.fence})
                .empty();
}

void free_lane(store::Transaction& transaction, const Lane& lane) {
    transaction.execute(
        R"(UPDATE lane
SET held_by = NULL, post_id = NULL,
    wake_at = (SELECT min(p.wake_at) FROM post p
        WHERE p.account_id = $1 AND p.wake_at IS NOT NULL)
WHERE account_id = $1)",
        {lane.account});
}

store::Batch freeing_of(std::span<const Lane* const> lanes, const Guards& guards) {
    store::Batch batch;
    batch.are_apart = true;
    batch.sql = R"(UPDATE lane
SET held_by = NULL, post_id = NULL,
    wake_at = (SELECT min(p.wake_at) FROM post p
        WHERE p.account_id = $1 AND p.wake_at IS NOT NULL)
WHERE account_id = $1
    AND ($4 = 0 OR (held_by = $2 AND fence = $3)))";
    batch.rows.reserve(lanes.size());
    for (const auto* lane : lanes)
        batch.rows.push_back({lane->account, lane->engine, lane->fence, guards.has_fence ? 1 : 0});
    return batch;
}

std::vector<bool> free_lanes(
    store::Transaction& transaction, std::span<const Lane* const> lanes, const Guards& guards) {
    const auto batch = freeing_of(lanes, guards);
    std::vector<bool> is_freed;
    for (const auto count : transaction.execute_each(batch.sql, batch.rows))
        is_freed.push_back(count == 1);
    return is_freed;
}

void break_lane(store::Transaction& transaction, const AccountId& account) {
    transaction.execute(
        R"(UPDATE lane
SET held_by = NULL, post_id = NULL, fence = fence + 1,
    wake_at = (SELECT min(p.wake_at) FROM post p
        WHERE p.account_id = $1 AND p.wake_at IS NOT NULL)
WHERE account_id = $1)",
        {account});
}

void wake_lane(
    store::Transaction& transaction, const AccountId& account, std::optional<Instant> wake) {
    wake_lanes(transaction, {{account, wake}});
}

void wake_lanes(
    store::Transaction& transaction, const std::map<AccountId, std::optional<Instant>>& wakes) {
    std::vector<store::Values> rows;
    rows.reserve(wakes.size());
    for (const auto& [account, wake] : wakes)
        rows.push_back({account, wake});
    transaction.execute_each(
        R"(INSERT INTO lane (account_id, fence, wake_at)
VALUES ($1, 0, $2)
ON CONFLICT (account_id) DO UPDATE
SET wake_at = excluded.wake_at
WHERE lane.held_by IS NULL
    AND excluded.wake_at IS NOT NULL
    AND (lane.wake_at IS NULL OR lane.wake_at > excluded.wake_at))",
        rows);
}

void reset_lane(store::Transaction& transaction, const AccountId& account) {
    transaction.execute(
        R"(UPDATE lane
SET wake_at = (SELECT min(p.wake_at) FROM post p
        WHERE p.account_id = $1 AND p.wake_at IS NOT NULL)
WHERE account_id = $1
    AND held_by IS NULL)",
        {account});
}

}  // namespace caas::delivery
