#include "core/delivery/together.h"

#include <array>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace caas::delivery {
namespace {

// Whether this engine may write it down; what ends here is asked by its freeing.
Recorded standing_of(store::Transaction& transaction, const Recording& work) {
    if (!is_held(transaction, *work.lane))
        return Recorded::lost;
    const auto& intent = work.change->intent;
    return intent && attempt_state(transaction, intent->post, intent->id) ? Recorded::before
                                                                          : Recorded::yes;
}

}  // namespace

void claim_together(
    store::Transaction& transaction, const EngineId& engine, std::span<Claiming> works) {
    std::vector<Taking> takings;
    std::vector<Lane> lanes;
    std::vector<Held> posts;
    takings.reserve(works.size());
    lanes.reserve(works.size());
    posts.reserve(works.size());
    for (auto& work : works) {
        const auto& before = work.change->before();
        takings.push_back({&work.seen, &before.id, std::nullopt});
        lanes.push_back({work.seen.account, engine, work.seen.fence + 1, before.id});
        posts.push_back({&lanes.back(), nullptr, {&before, &work.change->passages()}});
    }
    std::array batches{taking_of(takings, engine), saving_of(posts)};
    transaction.execute_all(batches);
    const auto& [taken, saved] = batches;

    std::vector<Held> outcomes;
    std::vector<Attempt*> intents;
    for (std::size_t i = 0; i < works.size(); ++i) {
        auto& work = works[i];
        work.lane.reset();
        if (taken.changed.at(i) != 1) {
            if (saved.changed.at(i) != 0)
                throw Error(Code::internal, "A post was written whose lane was not taken.");
            continue;
        }
        if (saved.changed.at(i) != 1) {
            // Somebody changed the post since it was read: as if the lane had not been taken.
            break_lane(transaction, work.seen.account);
            continue;
        }
        work.lane = lanes[i];
        for (const auto& outcome : work.change->outcomes)
            outcomes.push_back({&lanes[i], &outcome, {}});
        if (auto& intent = work.change->intent) {
            intent->engine = engine;
            intent->fence = work.lane->fence;
            intents.push_back(&*intent);
        }
    }
    if (!outcomes.empty())
        transaction.execute_later(updating_of(outcomes));
    insert_attempts(transaction, intents);
    for (const auto& work : works) {
        if (work.lane && work.change->frees_lane)
            free_lane(transaction, *work.lane);
    }
}

void record_together(
    store::Transaction& transaction, const EngineId& engine, std::span<Recording> works) {
    std::vector<Held> outcomes;
    std::vector<Held> posts;
    std::vector<Recording*> written;
    std::vector<Recording*> ended;
    std::vector<const Lane*> lanes;
    std::vector<Attempt*> intents;
    for (auto& work : works) {
        auto& change = *work.change;
        work.result = ends_here(change) ? Recorded::yes : standing_of(transaction, work);
        if (work.result != Recorded::yes)
            continue;
        written.push_back(&work);
        for (const auto& outcome : change.outcomes)
            outcomes.push_back({work.lane, &outcome, {}});
        posts.push_back({work.lane, nullptr, {&change.before(), &change.passages()}});
        if (ends_here(change)) {
            ended.push_back(&work);
            lanes.push_back(work.lane);
        } else if (change.intent) {
            change.intent->engine = engine;
            change.intent->fence = work.lane->fence;
            intents.push_back(&*change.intent);
        }
    }
    // The lanes last: they are the condition of the others.
    std::array batches{updating_of(outcomes), saving_of(posts), freeing_of(lanes, {})};
    transaction.execute_all(batches);
    const auto& [updated, saved, freed] = batches;

    for (std::size_t i = 0; i < ended.size(); ++i) {
        if (freed.changed.at(i) != 1)
            ended[i]->result = Recorded::lost;
    }
    for (std::size_t i = 0; i < written.size(); ++i) {
        const auto& before = written[i]->change->before();
        const bool is_saved = saved.changed.at(i) == 1;
        if (is_saved == (written[i]->result == Recorded::yes))
            continue;
        throw Error(
            Code::conflict,
            "The post " + before.id.text() + " is no longer " + std::string(name(before.state)) +
                ".");
    }
    insert_attempts(transaction, intents);
    for (const auto* work : written) {
        if (work->result == Recorded::yes && work->change->frees_lane && !ends_here(*work->change))
            free_lane(transaction, *work->lane);
    }
}

}  // namespace caas::delivery
