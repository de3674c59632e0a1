// PostgreSQL 13 or newer as the database of an installation; libpq is loaded at the first use.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/store/store.h"

namespace caas::store {

// Whether a text is the address of a PostgreSQL database.
bool is_postgres(std::string_view url);

// How long a server is waited for that may be silent or gone.
struct PostgresPatience {
    // A session that was not used for so long is asked first whether its server is still there.
    Milliseconds rest{100};
    // For what a server answers at once, if at all.
    Milliseconds answer = std::chrono::seconds(2);
    // A session that broke is made anew for so long: a server that restarts is back by then.
    Milliseconds reconnect = std::chrono::seconds(3);
    // Where a session was waited for in vain, nobody waits for another so soon after: one call may
    // use several.
    Milliseconds silence = std::chrono::seconds(3);
    // What became of a COMMIT whose answer was lost is asked for so long, and meanwhile nobody else
    // writes. The server ends the lost session itself after ten seconds
    // (idle_in_transaction_session_timeout), and where it died another takes its place in about a
    // minute.
    Milliseconds find_out = std::chrono::seconds(90);
};

// `url`: postgresql://user:password@host:port/name?sslmode=…, with all of libpq's parameters. Its
// writer holds the one lock of the database from begin to commit, so that any number of programs
// take turns. Sessions that break are made anew; a COMMIT whose answer was lost is asked after, and
// Error::is_undecided where nobody could tell in time.
// Throws Error(invalid) for an address that is none, Error(unavailable) without libpq. Opening
// throws: unavailable, forbidden, not_found, invalid (no UTF-8 database, too old a server).
std::unique_ptr<Connector> postgres(const Secret& url, const PostgresPatience& patience = {});

// Throws Error where nothing can be stored through a session that reads well: storage_read_only on
// a standby, forbidden when its user may not change every table.
void expect_writable(Reader& reader);

// "caas at db.example.org": the address without user and password.
std::string postgres_name(const Secret& url);

}  // namespace caas::store
