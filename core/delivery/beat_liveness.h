// Who is dead, where engines do not share a folder: each raises its beat in the store every few
// seconds, and one whose beat stands still for half a minute of the observer's own clock is dead.
// No wall clock is compared with another.
//
// An engine counts only time in which it could itself write: while the database is away, or while
// it was suspended, nobody's beat moves. An engine of the same folder is dead as soon as its file
// lock is free; in a copy of its folder only the beat counts. Thread-safe; `live` owns a thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/delivery/liveness.h"
#include "core/store/store.h"

namespace caas::delivery {

class BeatLiveness final : public Liveness {
  public:
    struct Pace {
        Milliseconds beat = std::chrono::seconds(5);
        Milliseconds death = std::chrono::seconds(30);
    };

    // `description`: for people, as in Ledger::join. Throws Error as FileLiveness does.
    BeatLiveness(
        store::Store& store,
        Clock& clock,
        const std::filesystem::path& folder,
        const EngineId& self,
        std::string description,
        Pace pace);

    BeatLiveness(
        store::Store& store,
        Clock& clock,
        const std::filesystem::path& folder,
        const EngineId& self,
        std::string description)
        : BeatLiveness(store, clock, folder, self, std::move(description), Pace{}) {}

    ~BeatLiveness() override;

    bool is_dead(const EngineId& engine) override;
    void forget(const EngineId& engine) override;

    // One beat: raises its own, then looks at those of the others. Throws Error of the store.
    void beat();
    // Beats by itself from now on, until this object dies.
    void live();

  private:
    struct Sight {
        std::int64_t beat = 0;
        Monotonic since{};
    };

    store::Store& store_;
    Clock& clock_;
    const EngineId self_;
    const std::string description_;
    const Pace pace_;
    FileLiveness files_;
    std::mutex mutex_;  // guards the two below
    std::map<std::string, Sight> seen_;
    Monotonic looked_at_{};
    std::jthread thread_;  // last: it uses the rest
};

// The engines that beat within the last half minute by this machine's wall clock, as they describe
// themselves: good enough for people, never for decisions.
std::vector<std::string> beating_engines(store::Reader& reader, Instant now);

}  // namespace caas::delivery
