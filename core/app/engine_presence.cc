#include "core/app/engine_presence.h"

#include <sys/stat.h>

#include "core/app/daemon_presence.h"
#include "core/base/error.h"
#include "core/delivery/beat_liveness.h"

namespace caas::app {
namespace {

std::filesystem::path engine_folder(const std::filesystem::path& data) {
    return data / "engines";
}

}  // namespace

bool is_engine_running(const std::filesystem::path& data) {
    return delivery::has_living_engine(engine_folder(data));
}

OpenedFile::OpenedFile(std::filesystem::path file) : file_(std::move(file)), opened_(look()) {}

bool OpenedFile::is_in_place() const {
    return look() == opened_;
}

OpenedFile::Identity OpenedFile::look() const {
    struct stat facts {};

    if (::stat(file_.c_str(), &facts) != 0)
        return std::nullopt;
    return std::pair<std::uint64_t, std::uint64_t>(facts.st_dev, facts.st_ino);
}

std::unique_ptr<delivery::Liveness> live_on_file(
    const std::filesystem::path& data, const OpenedFile& database, const EngineId& engine) {
    auto made = std::make_unique<delivery::FileLiveness>(engine_folder(data), engine);
    if (is_restoring(data) || !database.is_in_place())
        throw Error(
            Code::engine_running,
            "`caas restore` has put another database in the place of the one this was begun with, "
            "or is about to: nothing was sent",
            "try again when it has ended");
    return made;
}

std::unique_ptr<delivery::Liveness> live_on_server(
    const std::filesystem::path& data,
    store::Store& store,
    Clock& clock,
    const EngineId& engine,
    const std::string& description) {
    auto made = std::make_unique<delivery::BeatLiveness>(
        store, clock, engine_folder(data), engine, description);
    made->live();
    return made;
}

}  // namespace caas::app
