// Who is dead? Never asked of a wall clock.
//
// An engine says that it lives for as long as the object does; others ask. The store decides which
// kind fits: a file lock where all engines share a folder (SQLite), a beat in the store where they
// do not (beat_liveness.h). Thread-safe.
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/file.h"
#include "core/base/id.h"

namespace caas::delivery {

class Liveness {
  public:
    Liveness() = default;
    Liveness(const Liveness&) = delete;
    Liveness& operator=(const Liveness&) = delete;
    virtual ~Liveness() = default;

    // True only when it is certain that this engine will never act again.
    virtual bool is_dead(const EngineId& engine) = 0;
    // Its row is gone; what was kept for telling may go too.
    virtual void forget(const EngineId& engine) = 0;
};

// Each engine locks a file of its name for as long as its process lives; the kernel frees the lock
// at its death, however it died.
class FileLiveness final : public Liveness {
  public:
    // Throws Error(engine_running) when the lock is another's.
    FileLiveness(std::filesystem::path folder, const EngineId& self);
    ~FileLiveness() override;

    bool is_dead(const EngineId& engine) override;
    void forget(const EngineId& engine) override;
    // Whether this folder shows that it lived here and died; not knowing it is no proof, nor is a
    // folder that was copied from where it lives.
    bool is_left_behind(const EngineId& engine) const;

  private:
    std::filesystem::path file_of(const EngineId& engine) const;

    std::filesystem::path folder_;
    EngineId self_;
    std::optional<FileLock> lock_;
};

// Whether any engine lives that says so in this folder.
bool has_living_engine(const std::filesystem::path& folder);

}  // namespace caas::delivery
