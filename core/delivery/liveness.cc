#include "core/delivery/liveness.h"

#include <system_error>
#include <utility>

#include "core/base/error.h"

namespace caas::delivery {

FileLiveness::FileLiveness(std::filesystem::path folder, const EngineId& self)
    : folder_(std::move(folder)), self_(self) {
    make_folder(folder_);
    lock_ = FileLock::try_take(file_of(self_));
    if (!lock_)
        throw Error(Code::engine_running, "Another engine runs under the id " + self_.text() + ".");
}

FileLiveness::~FileLiveness() {
    forget(self_);
}

bool FileLiveness::is_dead(const EngineId& engine) {
    if (engine == self_)
        return false;
    std::error_code ignored;
    // An engine locks its file before it joins, and takes it away after it has left.
    if (!std::filesystem::exists(file_of(engine), ignored))
        return true;
    return FileLock::try_take(file_of(engine)).has_value();
}

bool FileLiveness::is_left_behind(const EngineId& engine) const {
    std::error_code ignored;
    return engine != self_ && std::filesystem::exists(file_of(engine), ignored) &&
           FileLock::try_take(file_of(engine)).has_value();
}

void FileLiveness::forget(const EngineId& engine) {
    std::error_code ignored;
    std::filesystem::remove(file_of(engine), ignored);
}

std::filesystem::path FileLiveness::file_of(const EngineId& engine) const {
    return folder_ / (engine.text() + ".lock");
}

}  // namespace caas::delivery
