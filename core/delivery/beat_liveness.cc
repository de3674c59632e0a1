#include "core/delivery/beat_liveness.h"

#include <utility>

#include "core/base/error.h"

namespace caas::delivery {
namespace {

constexpr auto most_silence_for_people = std::chrono::seconds(30);
// Missed looks after which the silence of the others proves nothing.
constexpr int most_gap = 3;

}  // namespace

BeatLiveness::BeatLiveness(
    store::Store& store,
    Clock& clock,
    const std::filesystem::path& folder,
    const EngineId& self,
    std::string description,
    Pace pace)
    : store_(store),
      clock_(clock),
      self_(self),
      description_(std::move(description)),
      pace_(pace),
      files_(folder, self) {}

BeatLiveness::~BeatLiveness() {
    thread_.request_stop();
    if (thread_.joinable())
        thread_.join();
}

bool BeatLiveness::is_dead(const EngineId& engine) {
    if (engine == self_)
        return false;
    if (files_.is_left_behind(engine))
        return true;
    const std::scoped_lock lock(mutex_);
    const auto at = seen_.find(engine.text());
    return at != seen_.end() && looked_at_ - at->second.since >= pace_.death;
}

void BeatLiveness::forget(const EngineId& engine) {
    files_.forget(engine);
    const std::scoped_lock lock(mutex_);
    seen_.erase(engine.text());
}

void BeatLiveness::beat() {
    // The wall clock makes the number tell people something (beating_engines); where it stands
    // still or goes back, the beat moves all the same. Whoever was taken for dead joins again.
    store_.write([this](store::Transaction& transaction) {
        transaction.execute(
            R"(INSERT INTO engine (id, beat, started_at, description)
VALUES ($1, $2, $2, $3)
ON CONFLICT (id) DO UPDATE
SET beat = CASE WHEN engine.beat < excluded.beat THEN excluded.beat ELSE engine.beat + 1 END)",
            {self_, clock_.now(), description_});
    });
    const auto rows = store_.read(
        [](store::Reader& reader) { return reader.query("SELECT id, beat FROM engine", {}); });
    const auto now = clock_.monotonic();
    const std::scoped_lock lock(mutex_);
    const bool is_blind = now - looked_at_ > pace_.beat * most_gap;
    std::map<std::string, Sight> seen;
    for (const auto& row : rows) {
        const auto& id = row.text(0);
        Sight sight{row.integer(1), now};
        const auto at = seen_.find(id);
        if (at != seen_.end() && at->second.beat == sight.beat && !is_blind)
            sight.since = at->second.since;
        seen.emplace(id, sight);
    }
    seen_ = std::move(seen);
    looked_at_ = now;
}

void BeatLiveness::live() {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        do {
            try {
                beat();
            } catch (const std::exception&) {
                // Nothing was seen; without writing one's own beat one may not judge others'.
                continue;
            }
        } while (clock_.sleep(pace_.beat, stop));
    });
}

std::vector<std::string> beating_engines(store::Reader& reader, Instant now) {
    std::vector<std::string> descriptions;
    for (const auto& row : reader.query(
             R"(SELECT description
FROM engine
WHERE beat > $1
ORDER BY id)",
             {now - most_silence_for_people}))
        descriptions.push_back(row.text(0));
    return descriptions;
}

}  // namespace caas::delivery
