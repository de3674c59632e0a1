// What an engine writes of the posts it has in hand: for many posts few statements, each run once a
// post, so that they can travel together.
#include <algorithm>

#include "core/base/error.h"
#include "core/delivery/ledger.h"
#include "core/delivery/together.h"

namespace caas::delivery {
namespace {

bool is_whole(const Guards& guards) {
    return guards.has_fence && guards.has_lane && guards.has_journal;
}

}  // namespace

bool ends_here(const Change& change) {
    return change.frees_lane && !change.intent && !change.after().wake_at &&
           !change.before().wake_at;
}

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

void Ledger::claim(store::Transaction& transaction, std::span<Claiming> works) const {
    if (transaction.travels() && is_whole(guards_)) {
        write_together(transaction, engine_, {}, works);
        return;
    }
    std::vector<Taking> takings;
    takings.reserve(works.size());
    for (auto& work : works)
        takings.push_back({&work.seen, &work.change->before().id, std::nullopt});
    take_lanes(transaction, takings, engine_, guards_);

    std::vector<Saving> savings;
    std::vector<Claiming*> held;
    for (std::size_t i = 0; i < works.size(); ++i) {
        works[i].lane = std::move(takings[i].lane);
        if (!works[i].lane)
            continue;
        held.push_back(&works[i]);
        savings.push_back({&works[i].change->before(), &works[i].change->passages()});
    }
    const auto is_saved = save_held(transaction, savings);

    std::vector<const Attempt*> outcomes;
    std::vector<Attempt*> intents;
    for (std::size_t i = 0; i < held.size(); ++i) {
        auto& work = *held[i];
        if (!is_saved[i] && guards_.has_lane) {
            // Somebody changed the post since it was read: as if the lane had not been taken.
            break_lane(transaction, work.seen.account);
            work.lane.reset();
            continue;
        }
        if (work.change->intent) {
            work.change->intent->engine = engine_;
            work.change->intent->fence = work.lane->fence;
            if (guards_.has_journal)
                intents.push_back(&*work.change->intent);
        }
        if (is_saved[i])
            for (const auto& outcome : work.change->outcomes)
                outcomes.push_back(&outcome);
    }
    write_outcomes(transaction, outcomes);
    insert_attempts(transaction, intents);
    for (auto* work : held) {
        if (work->lane && work->change->frees_lane)
            free_lane(transaction, *work->lane);
    }
}

std::optional<Lane> Ledger::claim(
    store::Transaction& transaction, const DueLane& seen, Change& change) const {
    Claiming work{seen, &change};
    claim(transaction, std::span(&work, 1));
    return work.lane;
}

void Ledger::free_ended(store::Transaction& transaction, std::span<Recording> works) const {
    std::vector<const Lane*> lanes;
    std::vector<Recording*> ended;
    for (auto& work : works) {
        if (!ends_here(*work.change))
            continue;
        ended.push_back(&work);
        lanes.push_back(work.lane);
    }
    const auto is_freed = free_lanes(transaction, lanes, guards_);
    for (std::size_t i = 0; i < ended.size(); ++i)
        ended[i]->result = is_freed[i] ? Recorded::yes : Recorded::lost;
}

void Ledger::record(store::Transaction& transaction, std::span<Recording> works) const {
    if (transaction.travels() && is_whole(guards_)) {
        write_together(transaction, engine_, works, {});
        return;
    }
    free_ended(transaction, works);
    for (auto& work : works) {
        if (ends_here(*work.change))
            continue;
        auto& intent = work.change->intent;
        if (guards_.has_fence && !is_held(transaction, *work.lane)) {
            work.result = Recorded::lost;
        } else if (intent && attempt_state(transaction, intent->post, intent->id)) {
            work.result = Recorded::before;
        } else {
            work.result = Recorded::yes;
            if (intent) {
                intent->engine = engine_;
                intent->fence = work.lane->fence;
            }
        }
    }

    std::vector<const Attempt*> outcomes;
    std::vector<Attempt*> intents;
    std::vector<Saving> savings;
    for (auto& work : works) {
        if (work.result != Recorded::yes)
            continue;
        for (const auto& outcome : work.change->outcomes)
            outcomes.push_back(&outcome);
        if (work.change->intent && guards_.has_journal)
            intents.push_back(&*work.change->intent);
        savings.push_back({&work.change->before(), &work.change->passages()});
    }
    write_outcomes(transaction, outcomes);
    insert_attempts(transaction, intents);
    const auto is_saved = save_held(transaction, savings);
    for (std::size_t i = 0; i < savings.size(); ++i) {
        if (!is_saved[i])
            throw Error(
                Code::conflict,
                "The post " + savings[i].before->id.text() + " is no longer " +
                    std::string(name(savings[i].before->state)) + ".");
    }
    for (auto& work : works) {
        if (work.result == Recorded::yes && work.change->frees_lane && !ends_here(*work.change))
            free_lane(transaction, *work.lane);
    }
}

Recorded Ledger::record(store::Transaction& transaction, const Lane& lane, Change& change) const {
    Recording work{&lane, &change};
    record(transaction, std::span(&work, 1));
    return work.result;
}

void Ledger::turn(
    store::Transaction& transaction, std::span<Recording> back, std::span<Claiming> taken) const {
    if (transaction.travels() && is_whole(guards_)) {
        write_together(transaction, engine_, back, taken);
        return;
    }
    record(transaction, back);
    claim(transaction, taken);
}

void Ledger::write_outcomes(
    store::Transaction& transaction, std::span<const Attempt* const> outcomes) const {
    const auto is_there = update_attempts(transaction, outcomes);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (is_there[i] || guards_.has_journal)
            continue;
        auto made = *outcomes[i];
        insert_attempt(transaction, made);
    }
}

}  // namespace caas::delivery
