// Brings a database's schema up to date with the numbered scripts of core/store/migrations, which
// are compiled into the program.
//
// Not thread-safe for one connection; safe for several processes that open one database at once.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/clock.h"
#include "core/store/connection.h"

namespace caas::store {

struct Migration {
    std::int64_t number;
    std::string_view name;
    std::string_view checksum;  // SHA-256 of the script, in hexadecimal
    std::string_view script;
};

// All that this program knows, by number. Defined in a file made while building (embed.cmake).
std::span<const Migration> migrations();

// How many of `known` are still to run; takes no lock. Throws Error: storage_newer when the
// database has one that this program does not know, storage_corrupt when one of them was changed or
// left out.
std::size_t pending(Connection& connection, std::span<const Migration> known);

// Runs what is pending, each script in a transaction of its own.
void migrate(Connection& writer, std::span<const Migration> known, const Clock& clock);

}  // namespace caas::store
