// Files on their way to their names: gone again unless they get there, also when the program dies.
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::app {

// Of a backup's name that is taken.
Error exists_already(const std::filesystem::path& file);

// A name for a draft of `file` that nothing has, nor what SQLite and a lock put beside it.
std::filesystem::path free_draft(const std::filesystem::path& file);

// Deletes a half-made database unless it is kept.
class Draft {
  public:
    explicit Draft(std::filesystem::path file) : file_(std::move(file)) {}

    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft();

    const std::filesystem::path& file() const { return file_; }

    // In the place of what is there. Throws Error(forbidden).
    void keep_as(const std::filesystem::path& name);
    // Replaces nothing, also when another program makes a file of this name at the same moment.
    // Throws Error: conflict, forbidden.
    void keep_as_new(const std::filesystem::path& name);

  private:
    void note_kept(int error, const std::filesystem::path& name);

    std::filesystem::path file_;
    bool is_kept_ = false;
};

// Beside a draft for as long as it is one, in a file `FILE-lock`: who died in between holds it no
// more, and what was left may be deleted, which may hold keys.
class DraftLock {
  public:
    // Throws Error(conflict) where another program works on this draft. Nothing where the disk
    // knows no locks: then nobody deletes what is left.
    explicit DraftLock(const std::filesystem::path& draft);
    DraftLock(const DraftLock&) = delete;
    DraftLock& operator=(const DraftLock&) = delete;
    ~DraftLock();

  private:
    std::filesystem::path file_;
    std::optional<FileLock> lock_;
};

// Deletes the drafts in a folder whose programs died.
void clear_drafts(const std::filesystem::path& folder);

}  // namespace caas::app
