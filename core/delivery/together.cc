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

// What came back.
class Back {
  public:
    Back(store::Transaction& transaction, const EngineId& engine, std::span<Recording> works) {
        for (auto& work : works) {
            auto& change = *work.change;
            work.result = ends_here(change) ? Recorded::yes : standing_of(transaction, work);
            if (work.result != Recorded::yes)
                continue;
            written_.push_back(&work);
            for (const auto& outcome : change.outcomes)
                outcomes_.push_back({work.lane, &outcome, {}});
            posts_.push_back({work.lane, nullptr, {&change.before(), &change.passages()}});
            if (ends_here(change)) {
                ended_.push_back(&work);
                lanes_.push_back(work.lane);
            } else if (change.intent) {
                change.intent->engine = engine;
                change.intent->fence = work.lane->fence;
                intents_.push_back(&*change.intent);
            }
        }
    }

    // The lanes last: they are the condition of the others.
    std::array<store::Batch, 3> batches() const {
        return {updating_of(outcomes_), saving_of(posts_), freeing_of(lanes_, {})};
    }

    // Throws Error(conflict) when a post was not what it should have been.
    void settle(const store::Batch& saved, const store::Batch& freed) {
        for (std::size_t i = 0; i < ended_.size(); ++i) {
            if (freed.changed.at(i) != 1)
                ended_[i]->result = Recorded::lost;
        }
        for (std::size_t i = 0; i < written_.size(); ++i) {
            const auto& before = written_[i]->change->before();
            const bool is_saved = saved.changed.at(i) == 1;
            if (is_saved == (written_[i]->result == Recorded::yes))
                continue;
            throw Error(
                Code::conflict,
                "The post " + before.id.text() + " is no longer " +
                    std::string(name(before.state)) + ".");
        }
    }

    void finish(store::Transaction& transaction) const {
        for (const auto* work : written_) {
            if (work->result == Recorded::yes && work->change->frees_lane &&
                !ends_here(*work->change))
                free_lane(transaction, *work->lane);
        }
    }

    const std::vector<Attempt*>& intents() const { return intents_; }

  private:
    std::vector<Held> outcomes_;
    std::vector<Held> posts_;
    std::vector<Recording*> written_;
    std::vector<Recording*> ended_;
    std::vector<const Lane*> lanes_;
    std::vector<Attempt*> intents_;
};

// What is taken up.
class Taken {
  public:
    Taken(const EngineId& engine, std::span<Claiming> works) : engine_(engine), works_(works) {
        lanes_.reserve(works.size());
        for (auto& work : works) {
            const auto& before = work.change->before();
            takings_.push_back({&work.seen, &before.id, std::nullopt});
            lanes_.push_back({work.seen.account, engine, work.seen.fence + 1, before.id});
            posts_.push_back({&lanes_.back(), nullptr, {&before, &work.change->passages()}});
        }
    }

    std::array<store::Batch, 2> batches() const {
        return {taking_of(takings_, engine_), saving_of(posts_)};
    }

    void settle(
        store::Transaction& transaction, const store::Batch& taken, const store::Batch& saved) {
        for (std::size_t i = 0; i < works_.size(); ++i) {
            auto& work = works_[i];
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
            work.lane = lanes_[i];
            for (const auto& outcome : work.change->outcomes)
                outcomes_.push_back({&lanes_[i], &outcome, {}});
            if (auto& intent = work.change->intent) {
                intent->engine = engine_;
                intent->fence = work.lane->fence;
                intents_.push_back(&*intent);
            }
        }
        if (!outcomes_.empty())
            transaction.execute_later(updating_of(outcomes_));
    }

    void finish(store::Transaction& transaction) const {
        for (const auto& work : works_) {
            if (work.lane && work.change->frees_lane)
                free_lane(transaction, *work.lane);
        }
    }

    const std::vector<Attempt*>& intents() const { return intents_; }

  private:
    const EngineId& engine_;
    std::span<Claiming> works_;
    std::vector<Taking> takings_;
    std::vector<Lane> lanes_;
    std::vector<Held> posts_;
    std::vector<Held> outcomes_;
    std::vector<Attempt*> intents_;
};

}  // namespace

void write_together(
    store::Transaction& transaction,
    const EngineId& engine,
    std::span<Recording> recordings,
    std::span<Claiming> claimings) {
    Back back(transaction, engine, recordings);
    Taken taken(engine, claimings);
    auto [updating, saving, freeing] = back.batches();
    auto [taking, beginning] = taken.batches();
    std::array batches{
        std::move(updating),
        std::move(saving),
        std::move(freeing),
        std::move(taking),
        std::move(beginning)};
    transaction.execute_all(batches);
    back.settle(batches[1], batches[2]);
    taken.settle(transaction, batches[3], batches[4]);

    auto intents = back.intents();
    intents.insert(intents.end(), taken.intents().begin(), taken.intents().end());
    insert_attempts(transaction, intents);
    back.finish(transaction);
    taken.finish(transaction);
}

}  // namespace caas::delivery
