// The database of a home: the one that its settings name, and never a backup that lies in its place
// and was not restored: it does not know what was sent since it was made, and would send it again.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/config/paths.h"
#include "core/config/settings.h"
#include "core/store/connection.h"
#include "core/store/store.h"

namespace caas::app {

// Whether a restore has yet to make a database of it.
bool is_backup(store::Connection& connection);
// Makes a backup of a database: as of `made_at`, of the home with this data folder.
void mark_as_backup(
    store::Connection& writer,
    Instant made_at,
    const std::optional<std::string>& secret_key,
    const std::filesystem::path& data_folder);
// Throws Error(conflict) where it is one. `file`: its name, for people.
void refuse_backup(store::Connection& connection, const std::filesystem::path& file);

// Makes the data folder. What it opens first throws as refuse_backup does, before anything of it is
// changed. Throws Error(invalid) for an address that is not understood.
std::unique_ptr<store::Connector> home_database(
    const config::Settings& settings, const config::Paths& paths);

}  // namespace caas::app
