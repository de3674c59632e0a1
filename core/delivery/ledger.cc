#include "core/delivery/ledger.h"

#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/delivery/change.h"

namespace caas::delivery {

void Ledger::join(
    store::Transaction& transaction, std::string_view description, Instant now) const {
    transaction.execute(
        R"(INSERT INTO engine (id, beat, started_at, description)
VALUES ($1, 0, $2, $3)
ON CONFLICT (id) DO NOTHING)",
        {engine_, now, description});
}

void Ledger::leave(store::Transaction& transaction) const {
    if (!lanes_held_by(transaction, engine_).empty())
        throw Error(Code::internal, "The engine still holds a lane.");
    transaction.execute("DELETE FROM engine WHERE id = $1", {engine_});
}

void Ledger::observe(
    store::Transaction& transaction,
    const Attempt& step,
    const Outcome& outcome,
    AttemptId id,
    const Policy& policy,
    Instant now) const {
    // Written down before after all, or by an earlier try of this transaction.
    if (attempt_state(transaction, step.post, step.id) == step.state ||
        attempt_state(transaction, step.post, id))
        return;
    Attempt seen = step;
    seen.id = std::move(id);
    seen.state = AttemptState::observed;
    seen.ending = outcome.ending;
    seen.prepared = step.id.text();
    seen.remote_id = outcome.remote_id;
    seen.url = outcome.url;
    seen.cursor = outcome.cursor;
    seen.code = outcome.code;
    seen.message = outcome.message;
    seen.ended_at = now;
    insert_attempt(transaction, seen);

    const auto post = find_post(transaction, step.post);
    if (!post || post->state != PostState::unconfirmed || !policy.is_active ||
        lane_with(transaction, post->account, post->id))
        return;
    auto after = *post;
    after.wake_at = now;
    after.updated_at = now;
    save(transaction, *post, after, Event::doubt);
}

bool has_joined(store::Reader& reader, const EngineId& engine) {
    return !reader.query("SELECT 1 FROM engine WHERE id = $1", {engine}).empty();
}

std::vector<EngineId> other_engines(store::Reader& reader, const EngineId& except) {
    std::vector<EngineId> engines;
    for (const auto& row :
         reader.query("SELECT id FROM engine WHERE id <> $1 ORDER BY id", {except}))
        engines.push_back(row.id<EngineId>(0));
    return engines;
}

void abandon(
    store::Transaction& transaction,
    const Lane& lane,
    const Machine& machine,
    const PolicyOf& policy_of,
    Instant now) {
    if (const auto post = find_post(transaction, lane.post)) {
        auto journal = read_journal(transaction, lane.post);
        const auto written = journal;
        auto after = *post;
        const auto policy = policy_of(transaction, post->account);
        const auto verdict = machine.after_death(after, journal, lane.fence, policy, now);
        for (std::size_t i = 0; i < journal.size(); ++i) {
            if (journal[i].state != written[i].state)
                update_attempt(transaction, journal[i]);
        }
        if (verdict)
            save(transaction, *post, after, verdict->event);
        if (policy.is_gone)
            end_posts(transaction, post->account, now);
    }
    break_lane(transaction, lane.account);
}

int bury(
    store::Transaction& transaction,
    const EngineId& dead,
    const Machine& machine,
    const PolicyOf& policy_of,
    Instant now) {
    const auto lanes = lanes_held_by(transaction, dead);
    for (const auto& lane : lanes)
        abandon(transaction, lane, machine, policy_of, now);
    stop_point("burial.written");
    transaction.execute("DELETE FROM engine WHERE id = $1", {dead});
    return static_cast<int>(lanes.size());
}

}  // namespace caas::delivery
