#include "core/delivery/ledger.h"

#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/delivery/change.h"

namespace caas::delivery {

void Change::pass(Event event, Post after) {
    if (!passages_.empty()) {
        const auto& start =
            passages_.size() == 1 ? before_ : passages_[passages_.size() - 2].second;
        if (is_allowed(start.state, event, after.state)) {
            passages_.back() = {event, std::move(after)};
            return;
        }
    }
    passages_.emplace_back(event, std::move(after));
}

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

std::optional<Lane> Ledger::claim(
    store::Transaction& transaction, const DueLane& seen, Change& change) const {
    const auto& before = change.before();
    const auto rows = transaction.query(
        R"(SELECT state
FROM post
WHERE id = $1
    AND version_id = $2
    AND wake_at IS NOT DISTINCT FROM $3)",
        {before.id, before.version, before.wake_at});
    const bool is_unchanged = !rows.empty() && rows[0].text(0) == name(before.state);
    if (!is_unchanged && guards_.has_lane)
        return std::nullopt;
    auto lane = take_lane(transaction, seen, engine_, before.id, guards_);
    if (!lane)
        return std::nullopt;
    if (change.intent) {
        change.intent->engine = engine_;
        change.intent->fence = lane->fence;
    }
    if (is_unchanged)
        write(transaction, change);
    else if (change.intent && guards_.has_journal)
        insert_attempt(transaction, *change.intent);
    if (change.frees_lane)
        free_lane(transaction, *lane);
    return lane;
}

Recorded Ledger::record(store::Transaction& transaction, const Lane& lane, Change& change) const {
    if (guards_.has_fence && !is_held(transaction, lane))
        return Recorded::lost;
    if (change.intent) {
        if (attempt_state(transaction, change.intent->id))
            return Recorded::before;
        change.intent->engine = engine_;
        change.intent->fence = lane.fence;
    }
    write(transaction, change);
    if (change.frees_lane)
        free_lane(transaction, lane);
    return Recorded::yes;
}

void Ledger::write(store::Transaction& transaction, Change& change) const {
    for (auto& outcome : change.outcomes) {
        if (!update_attempt(transaction, outcome) && !guards_.has_journal)
            insert_attempt(transaction, outcome);
    }
    if (change.intent && guards_.has_journal)
        insert_attempt(transaction, *change.intent);
    const Post* before = &change.before();
    for (const auto& [event, after] : change.passages()) {
        save(transaction, *before, after, event);
        before = &after;
    }
}

void Ledger::observe(
    store::Transaction& transaction,
    const Attempt& step,
    const Outcome& outcome,
    AttemptId id,
    const Policy& policy,
    Instant now) const {
    // Written down before after all, or by an earlier try of this transaction.
    if (attempt_state(transaction, step.id) == step.state || attempt_state(transaction, id))
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
