// What one engine writes: it takes lanes, writes down intents and outcomes under its fence, and
// settles what a dead engine left behind.
//
// Functions over a transaction; the object itself never changes and may be used from any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/id.h"
#include "core/delivery/attempt.h"
#include "core/delivery/lane.h"
#include "core/delivery/machine.h"
#include "core/delivery/post.h"

namespace caas::delivery {

// What is to be written of a post in one transaction.
class Change {
  public:
    explicit Change(Post before) : before_(std::move(before)) {}

    // The post passes to `after`; several passages in a row become one where the table allows it.
    void pass(Event event, Post after);

    const Post& before() const { return before_; }

    const Post& after() const { return passages_.empty() ? before_ : passages_.back().second; }

    const std::vector<std::pair<Event, Post>>& passages() const { return passages_; }

    // Journal rows whose outcome is known now.
    std::vector<Attempt> outcomes;
    // The step that is performed as soon as this is durable.
    std::optional<Attempt> intent;
    bool frees_lane = false;

  private:
    Post before_;
    std::vector<std::pair<Event, Post>> passages_;
};

enum class Recorded {
    yes,
    before,  // an earlier try of this transaction was durable after all
    lost,    // the lane is another's: nothing was written
};

// One of several posts that are taken up together.
struct Claiming {
    DueLane seen;
    Change* change = nullptr;
    // Given by `claim`; nullopt, and nothing written, when the lane or the post is no longer as it
    // was read.
    std::optional<Lane> lane{};
};

// One of several posts whose outcome is written down together.
struct Recording {
    const Lane* lane = nullptr;
    Change* change = nullptr;
    Recorded result = Recorded::lost;  // given by `record`
};

// Tells what an account wants; asked inside the transaction.
using PolicyOf = std::function<Policy(store::Reader&, const AccountId&)>;

class Ledger {
  public:
    explicit Ledger(EngineId engine, Guards guards = {})
        : engine_(std::move(engine)), guards_(guards) {}

    const EngineId& engine() const { return engine_; }

    const Guards& guards() const { return guards_; }

    // Makes the engine known, before it takes any lane.
    void join(store::Transaction& transaction, std::string_view description, Instant now) const;
    // Forgets it; throws Error(internal) while it holds a lane.
    void leave(store::Transaction& transaction) const;

    // Takes the lanes and writes the changes, a few statements for all.
    void claim(store::Transaction& transaction, std::span<Claiming> works) const;
    std::optional<Lane> claim(
        store::Transaction& transaction, const DueLane& seen, Change& change) const;
    // Writes the changes down and frees the lanes that are to be freed.
    void record(store::Transaction& transaction, std::span<Recording> works) const;
    Recorded record(store::Transaction& transaction, const Lane& lane, Change& change) const;
    // Both at once, for posts of different accounts.
    void turn(store::Transaction& transaction, std::span<Recording> back, std::span<Claiming> taken)
        const;
    // Keeps what an engine saw that lost its lane; a post in doubt is then looked at again.
    void observe(
        store::Transaction& transaction,
        const Attempt& step,
        const Outcome& outcome,
        AttemptId id,
        const Policy& policy,
        Instant now) const;

  private:
    // Frees the lanes of those that end here and sees which were lost.
    void free_ended(store::Transaction& transaction, std::span<Recording> works) const;
    void write_outcomes(
        store::Transaction& transaction, std::span<const Attempt* const> outcomes) const;

    EngineId engine_;
    Guards guards_;
};

// Whether an engine may take lanes: it joined, and nobody took it for dead.
bool has_joined(store::Reader& reader, const EngineId& engine);

// The other engines that ever joined and have not left.
std::vector<EngineId> other_engines(store::Reader& reader, const EngineId& except);

// Takes over the lanes of an engine that is surely dead, and forgets it. Gives how many posts it
// had in hand.
int bury(
    store::Transaction& transaction,
    const EngineId& dead,
    const Machine& machine,
    const PolicyOf& policy_of,
    Instant now);

// Frees a lane that an engine holds without working on it, as after its death.
void abandon(
    store::Transaction& transaction,
    const Lane& lane,
    const Machine& machine,
    const PolicyOf& policy_of,
    Instant now);

}  // namespace caas::delivery
