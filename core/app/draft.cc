#include "core/app/draft.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace caas::app {
namespace {

constexpr std::string_view lock_end = "-lock";
// What a lock has in it, so that no file of another program is taken for one.
constexpr std::string_view lock_text = "A backup of caas is being made.\n";

std::filesystem::path lock_file_of(const std::filesystem::path& draft) {
    return draft.string() + std::string(lock_end);
}

bool is_lock(const std::filesystem::path& file) {
    std::error_code failed;
    if (!file.filename().string().ends_with(".part-lock") ||
        std::filesystem::symlink_status(file, failed).type() != std::filesystem::file_type::regular)
        return false;
    try {
        return read_file(file, lock_text.size()) == lock_text;
    } catch (const Error&) {
        return false;
    }
}

// With what SQLite leaves beside it.
void remove_database(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const auto* end : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(file.string() + end, ignored);
}

// The copy itself is made beside its draft first (store::Store::copy_to).
void remove_draft(const std::filesystem::path& draft) {
    remove_database(draft);
    remove_database(draft.string() + ".part");
}

// Gives errno, 0 when it is there.
int move_to_new(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    // File systems that know no such flag, as NFS, know links; some know neither.
    if (::link(from.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
        return 0;
    }
    if (errno == EEXIST)
        return errno;
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

void clear_if_dead(const std::filesystem::path& lock_file) {
    try {
        // Looked at first: for an instant, whoever asks for a lock keeps its owner from it.
        if (is_locked(lock_file))
            return;
        const auto lock = FileLock::try_take(lock_file);
        if (!lock)
            return;
        auto draft = lock_file.string();
        draft.resize(draft.size() - lock_end.size());
        remove_draft(draft);
        std::error_code ignored;
        std::filesystem::remove(lock_file, ignored);
    } catch (const Error&) {
        return;  // somebody else's, who may do it
    }
}

}  // namespace

std::filesystem::path free_draft(const std::filesystem::path& file) {
    constexpr std::array ends{"", "-wal", "-shm", "-journal", "-lock"};
    for (auto number = ::getpid();; ++number) {
        const auto draft = file.string() + "." + std::to_string(number) + ".part";
        const bool is_free = std::ranges::all_of(ends, [&](const char* end) {
            std::error_code failed;
            const auto there = std::filesystem::symlink_status(draft + end, failed).type();
            // `none`: we may not look; whoever writes there is told so.
            return there == std::filesystem::file_type::not_found ||
                   there == std::filesystem::file_type::none;
        });
        if (is_free)
            return draft;
    }
}

Error exists_already(const std::filesystem::path& file) {
    return {
        Code::conflict,
        "The file " + file.string() + " exists already",
        "name another one: a backup overwrites nothing"};
}

Draft::~Draft() {
    if (!is_kept_)
        remove_database(file_);
}

void Draft::keep_as(const std::filesystem::path& name) {
    std::error_code failed;
    std::filesystem::rename(file_, name, failed);
    note_kept(failed.value(), name);
}

void Draft::keep_as_new(const std::filesystem::path& name) {
    note_kept(move_to_new(file_, name), name);
}

void Draft::note_kept(int error, const std::filesystem::path& name) {
    if (error == EEXIST)
        throw exists_already(name);
    if (error != 0)
        throw Error(Code::forbidden, "The file " + name.string() + " cannot be made");
    is_kept_ = true;
    sync_folder(name.has_parent_path() ? name.parent_path() : std::filesystem::path("."));
}

DraftLock::DraftLock(const std::filesystem::path& draft) : file_(lock_file_of(draft)) {
    try {
        lock_ = FileLock::try_take(file_);
        if (lock_)
            lock_->note(lock_text);
    } catch (const Error&) {
        // Made, but neither locked nor written.
        std::error_code ignored;
        if (std::filesystem::file_size(file_, ignored) == 0)
            std::filesystem::remove(file_, ignored);
        return;
    }
    if (!lock_)
        throw Error(
            Code::conflict,
            "Another program makes the file " + draft.string(),
            "Wait until it has ended, or name another file");
}

DraftLock::~DraftLock() {
    if (!lock_)
        return;
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

void clear_drafts(const std::filesystem::path& folder) {
    std::error_code failed;
    std::vector<std::filesystem::path> locks;
    for (std::filesystem::directory_iterator files(folder, failed), end; !failed && files != end;
         files.increment(failed)) {
        if (is_lock(files->path()))
            locks.push_back(files->path());
    }
    for (const auto& file : locks)
        clear_if_dead(file);
}

}  // namespace caas::app
