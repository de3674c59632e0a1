// Opens one SQLite database as a Connection. Used only by sqlite_file.cc, which decides how.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/store/connection.h"
#include "core/store/sqlite_faults.h"

namespace caas::store {

enum class SqliteMode : std::uint8_t {
    write,
    read,
    read_address,  // the name is a `file:` address with parameters
};

// Throws Error.
std::unique_ptr<Connection> open_sqlite(
    const std::string& name, SqliteMode mode, const SqliteFaults& faults);

// Has `on_logged` called after each commit of this connection, which open_sqlite made, with how
// many pages its log holds. SQLite copies them into the file only where it says true.
void watch_log(Connection& connection, std::function<bool(int pages)> on_logged);

}  // namespace caas::store
