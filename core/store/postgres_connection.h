// One PostgreSQL session as a Connection. Used only by postgres.cc and by the bell.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/store/connection.h"
#include "core/store/postgres_link.h"

namespace caas::store {

// What all connections to one database need. Shared by them and their connector, because either may
// die first.
struct PostgresServer {
    // Throws Error: invalid for an address that is none, unavailable without libpq.
    explicit PostgresServer(const Secret& url) : library("libpq.so.5"), address(library, url) {}

    const PostgresLibrary library;
    const PostgresAddress address;
};

// Connects. Throws Error.
std::unique_ptr<Connection> open_postgres(
    std::shared_ptr<const PostgresServer> server, PostgresLink::Use use);

// What the server knows to be unfit, one line a fault. Reads every row, so that the server verifies
// its checksums (where it keeps them).
std::vector<std::string> check_postgres(Reader& reader);

}  // namespace caas::store
