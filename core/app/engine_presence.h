// Engines that work on the database of a data folder: the daemon's, and those of `caasd --once` and
// `caas publish` beside it. They and a restore keep out of each other's way: an engine first says
// that it lives and then looks for a restore, a restore does it the other way round.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/delivery/liveness.h"
#include "core/store/store.h"

namespace caas::app {

// Whether an engine lives that works on the database file of this folder.
bool is_engine_running(const std::filesystem::path& data);

// Who that may be, for people.
inline constexpr const char* one_shot_engines = "`caasd --once` or `caas publish`";

// The file that a program has opened as its database: after a restore, another one has its name.
class OpenedFile {
  public:
    // Of a file that has just been opened, or of none.
    explicit OpenedFile(std::filesystem::path file);

    bool is_in_place() const;

  private:
    using Identity = std::optional<std::pair<std::uint64_t, std::uint64_t>>;

    Identity look() const;

    std::filesystem::path file_;
    Identity opened_;
};

// An engine of this process says that it lives and works on `database`. Throws
// Error(engine_running) when a restore replaces that file, or has done so.
std::unique_ptr<delivery::Liveness> live_on_file(
    const std::filesystem::path& data, const OpenedFile& database, const EngineId& engine);

// The same on a PostgreSQL database. `store` and `clock` outlive it.
std::unique_ptr<delivery::Liveness> live_on_server(
    const std::filesystem::path& data,
    store::Store& store,
    Clock& clock,
    const EngineId& engine,
    const std::string& description);

}  // namespace caas::app
