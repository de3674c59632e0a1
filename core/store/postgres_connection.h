// One PostgreSQL session as a Connection. Used only by postgres.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/store/connection.h"
#include "core/store/postgres_link.h"
#include "core/store/postgres_session.h"

namespace caas::store {

// Connects. Throws Error.
std::unique_ptr<Connection> open_postgres(
    std::shared_ptr<const PostgresServer> server, PostgresLink::Use use);

// What the server knows to be unfit, one line a fault. Reads every row, so that the server verifies
// its checksums (where it keeps them).
std::vector<std::string> check_postgres(Reader& reader);

}  // namespace caas::store
