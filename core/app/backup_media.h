// The files of media on their way into a backup and out of it, and whether those that a database
// knows are there. Each folder here is one that media::folder_place keeps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/media/file.h"
#include "core/store/connection.h"

namespace caas::app {

struct MediaFacts {
    std::int64_t files = 0;    // that are there
    std::int64_t bytes = 0;    // of these
    std::int64_t missing = 0;  // with those that are there but damaged
    std::int64_t damaged = 0;  // of the missing
    std::string example;       // what one of the missing is called; empty: none is missing
};

// Of facts with a missing one, for people: how many and which, and what to do.
std::string missing_words(const MediaFacts& facts);
inline constexpr const char* missing_mend =
    "Copy the folder media/ back from where it is still whole, or add them again: caas media add "
    "FILE";

// How much of a file is looked at: whether it has its size, or whether it has the right bytes, for
// which all of it is read.
enum class Depth : std::uint8_t { size, bytes };

// Looks for every file that a database needs (media::needed_files). Throws Error(forbidden) where
// the folder is closed to this user.
MediaFacts look_for_media(
    const std::vector<media::NeededFile>& files, const std::filesystem::path& folder, Depth depth);

// Puts every file that the copy of a database needs into it, but for what is damaged. Throws Error:
// forbidden, storage_full.
MediaFacts pack_media(store::Connection& backup, const std::filesystem::path& folder);

// Takes them out of it again, into `folder` where they are not there already. Throws
// Error: invalid for a damaged one, storage_full.
void unpack_media(store::Connection& backup, const std::filesystem::path& folder);

}  // namespace caas::app
