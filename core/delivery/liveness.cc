#include "core/delivery/liveness.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include "core/base/error.h"

namespace caas::delivery {
namespace {

constexpr std::size_t most_mark_bytes = 256;

std::string text_of(const std::filesystem::path& file) {
    try {
        return read_file(file, most_mark_bytes);
    } catch (const Error&) {
        return {};
    }
}

// What a copy of the file does not share with it, on this machine or another.
std::string mark_of(const std::filesystem::path& file) {
    struct stat facts {};

    if (::stat(file.c_str(), &facts) != 0)
        return {};
    return std::to_string(facts.st_ino) + " " + text_of("/etc/machine-id");
}

// Without its mark (the disk is full) a file proves less; no engine has to stay away for that.
void mark(FileLock& lock, const std::filesystem::path& file) {
    try {
        lock.note(mark_of(file));
    } catch (const Error&) {
        return;
    }
}

}  // namespace

FileLiveness::FileLiveness(std::filesystem::path folder, const EngineId& self)
    : folder_(std::move(folder)), self_(self) {
    make_folder(folder_);
    lock_ = FileLock::try_take(file_of(self_));
    if (!lock_)
        throw Error(Code::engine_running, "Another engine runs under the id " + self_.text() + ".");
    mark(*lock_, file_of(self_));
}

FileLiveness::~FileLiveness() {
    forget(self_);
}

bool FileLiveness::is_dead(const EngineId& engine) {
    if (engine == self_)
        return false;
    std::error_code fault;
    // An engine locks its file before it joins, and takes it away after it has left. A disk that
    // does not answer proves nothing.
    if (!std::filesystem::exists(file_of(engine), fault))
        return !fault;
    return FileLock::try_take(file_of(engine)).has_value();
}

bool FileLiveness::is_left_behind(const EngineId& engine) const {
    if (engine == self_)
        return false;
    // The lock of a file that was copied is free while the engine lives with the original.
    const auto file = file_of(engine);
    const auto found = text_of(file);
    return !found.empty() && found == mark_of(file) && FileLock::try_take(file).has_value();
}

void FileLiveness::forget(const EngineId& engine) {
    std::error_code ignored;
    std::filesystem::remove(file_of(engine), ignored);
}

std::filesystem::path FileLiveness::file_of(const EngineId& engine) const {
    return folder_ / (engine.text() + ".lock");
}

bool has_living_engine(const std::filesystem::path& folder) {
    std::error_code ignored;
    const std::filesystem::directory_iterator files(folder, ignored);
    return std::any_of(begin(files), end(files), [](const auto& file) {
        return file.path().extension() == ".lock" && is_locked(file.path());
    });
}

}  // namespace caas::delivery
