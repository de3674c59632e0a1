// Files as caas uses them: read with a bound, replaced atomically, locked against other processes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace caas {

// The whole file. Throws Error: not_found, forbidden (unreadable), too_large.
std::string read_file(const std::filesystem::path& path, std::size_t most_bytes);

// Writes to a temporary file beside it, syncs, renames: readers see the old or the new, never half.
// Throws Error: storage_full, storage_read_only, forbidden.
void write_file(const std::filesystem::path& path, std::string_view bytes, unsigned mode = 0600);

// The same with bytes that come piece by piece: `next` gives some each time, none at their end.
// When it throws, nothing changes.
void write_file_of(
    const std::filesystem::path& path,
    const std::function<std::string()>& next,
    unsigned mode = 0600);

// Creates the folder and its parents with mode 0700 where they are missing.
void make_folder(const std::filesystem::path& path);

// So that the names of its files survive a power failure; no error where the file system cannot do
// it.
void sync_folder(const std::filesystem::path& folder);

// Whether some process holds the FileLock of this file. Only looks: others that look or ask for it
// at the same time are told the truth as well, but for an instant a taker may be refused. False for
// a file that is not there or cannot be read.
bool is_locked(const std::filesystem::path& path);

// An exclusive lock on a file that the kernel frees when this process dies (flock). Movable.
class FileLock {
  public:
    // nullopt when another holder has it.
    static std::optional<FileLock> try_take(const std::filesystem::path& path);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

    // Replaces the file's text (who holds it, for others to read).
    void note(std::string_view text);

  private:
    FileLock(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}

    int fd_ = -1;
    std::filesystem::path path_;
};

}  // namespace caas
