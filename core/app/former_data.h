// What a restore replaces is kept: the former database, and its key when another takes its place.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/config/paths.h"
#include "core/store/connection.h"

namespace caas::app {

// The text of secret.key; nullopt: there is none.
std::optional<std::string> secret_key_of(const config::Paths& paths);

// The database as it is before another takes its place, for reading; nullptr: there is none, it
// cannot be opened, or it is a backup itself and knows nothing of what was sent since.
std::unique_ptr<store::Connection> open_former(const config::Paths& paths);

// Gives the database a second name, so that another can be renamed over it and there is one at
// every instant. With `new_key`, the former key gets a second name as well, and secret.key has both
// afterwards: it opens the accounts of whichever database is in place. Gives the new name of the
// database; empty when there is none. Overwrites nothing. The folder is locked (RestoreLock).
std::filesystem::path set_aside(
    const config::Paths& paths, const std::optional<std::string>& new_key, Clock& clock);

// Makes a backup of what `set_aside` kept, once another database is in its place: nobody opens it
// then, unaware of what was sent since, and `restore` leads back to it. False where
// that cannot be done: it is damaged, or somebody has it open.
bool make_backup_of_kept(
    const std::filesystem::path& kept, const std::filesystem::path& data_folder, Clock& clock);

// The key that `set_aside` kept beside this database; nullopt: none, or this is another file.
std::optional<std::string> key_kept_with(const std::filesystem::path& kept);

}  // namespace caas::app
