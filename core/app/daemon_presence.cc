#include "core/app/daemon_presence.h"

#include "core/base/error.h"

namespace caas::app {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& data) {
    return data / "caasd.lock";
}

constexpr std::size_t most_note_bytes = 1000;

}  // namespace

std::optional<FileLock> take_daemon_lock(const std::filesystem::path& data) {
    return FileLock::try_take(lock_file(data));
}

std::optional<std::string> running_daemon(const std::filesystem::path& data) {
    std::error_code ignored;
    if (!std::filesystem::exists(lock_file(data), ignored))
        return std::nullopt;
    try {
        if (take_daemon_lock(data))
            return std::nullopt;
        return read_file(lock_file(data), most_note_bytes);
    } catch (const Error& e) {
        // A folder that cannot be written has no daemon of ours, only what one left behind.
        if (e.code() != Code::forbidden && e.code() != Code::storage_read_only)
            throw;
        return std::nullopt;
    }
}

bool is_daemon_running(const std::filesystem::path& data) {
    return running_daemon(data).has_value();
}

}  // namespace caas::app
