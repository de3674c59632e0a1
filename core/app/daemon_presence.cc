#include "core/app/daemon_presence.h"

#include <string_view>

#include <unistd.h>

#include "core/base/error.h"

namespace caas::app {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& data) {
    return data / "caasd.lock";
}

constexpr std::size_t most_note_bytes = 1000;
constexpr std::string_view restore_note = "caas restore";
constexpr int most_tries = 25;
constexpr auto try_every = Milliseconds(20);

}  // namespace

std::optional<FileLock> take_daemon_lock(const std::filesystem::path& data) {
    return FileLock::try_take(lock_file(data));
}

std::optional<FileLock> become_daemon(const std::filesystem::path& data, Clock& clock) {
    auto lock = take_daemon_lock(data);
    for (int tries = 1; !lock && tries < most_tries; ++tries) {
        clock.sleep(try_every, {});
        lock = take_daemon_lock(data);
    }
    return lock;
}

std::optional<std::string> running_daemon(const std::filesystem::path& data) {
    if (!is_locked(lock_file(data)))
        return std::nullopt;
    return read_file(lock_file(data), most_note_bytes);
}

std::string daemon_address(const std::filesystem::path& data) {
    constexpr std::string_view word = " on ";
    constexpr std::string_view everywhere = "*:";
    const auto note = running_daemon(data).value_or("");
    const auto at = note.rfind(word);
    if (at == std::string::npos)
        return {};
    const auto address = note.substr(at + word.size());
    return address.starts_with(everywhere) ? "127.0.0.1:" + address.substr(everywhere.size())
                                           : address;
}

bool is_daemon_running(const std::filesystem::path& data) {
    return is_locked(lock_file(data));
}

RestoreLock::RestoreLock(const std::filesystem::path& data) : lock_(take_daemon_lock(data)) {
    if (!lock_)
        throw Error(
            Code::engine_running,
            "A daemon uses this data: " + running_daemon(data).value_or("caasd"),
            "stop it first");
    lock_->note(std::string(restore_note) + ", process " + std::to_string(::getpid()));
}

RestoreLock::~RestoreLock() {
    try {
        lock_->note("");
    } catch (const Error&) {
        // A note means nothing without the lock.
        lock_.reset();
    }
}

bool is_restoring(const std::filesystem::path& data) {
    return running_daemon(data).value_or("").starts_with(restore_note);
}

}  // namespace caas::app
