// PostgreSQL 13 or newer as the database of an installation; libpq is loaded at the first use.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/secret.h"
#include "core/store/store.h"

namespace caas::store {

// Whether a text is the address of a PostgreSQL database.
bool is_postgres(std::string_view url);

// `url`: postgresql://user:password@host:port/name?sslmode=…, with all of libpq's parameters. Its
// writer holds the one lock of the database from begin to commit, so that any number of programs
// take turns. Sessions that break are made anew; a COMMIT whose answer was lost is asked after.
// Throws Error(invalid) for an address that is none, Error(unavailable) without libpq. Opening
// throws: unavailable, forbidden, not_found, invalid (no UTF-8 database, too old a server).
std::unique_ptr<Connector> postgres(const Secret& url);

// Throws Error where nothing can be stored through a session that reads well: storage_read_only on
// a standby, forbidden when its user may not change every table.
void expect_writable(Reader& reader);

// "caas at db.example.org": the address without user and password.
std::string postgres_name(const Secret& url);

}  // namespace caas::store
