// Who changed what in an organization: a log in which each row holds the SHA-256 of the one before
// it, so that a row that was changed, taken out or moved afterwards shows. A row is written in the
// transaction of the change it tells of, and holds no secret.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

// The chain of what concerns no single organization.
inline constexpr std::string_view installation_chain = "installation";

// Who did it; nobody: the program by itself.
struct Actor {
    std::optional<PersonId> person;
    std::optional<TokenId> token;
};

Actor actor_of(const Principal& principal);

struct Deed {
    std::string_view action;  // "member.role": what, and what happened to it
    std::string target;       // the id of the person, token, account …
};

// Appends to the chain of an organization or to `installation`. `detail`: an object that says what
// it was and what it is now; null for nothing. Waits for another transaction that appends to the
// same chain.
void record(
    store::Transaction& transaction,
    Instant now,
    const Actor& actor,
    std::string_view chain,
    const Deed& deed,
    const Json& detail);

struct AuditRow {
    std::string chain;
    std::int64_t number = 0;
    Instant happened_at{};
    std::optional<PersonId> person;
    std::optional<std::string> person_name;  // as it is now; not part of the row
    std::optional<TokenId> token;
    std::string action;
    std::string target;
    std::string detail;    // JSON
    std::string previous;  // the digest of the row before; empty in the first one
    std::string digest;
};

// The newest first.
store::Slice<AuditRow> list_audit(
    store::Reader& reader, std::string_view chain, const store::Page& page);

struct AuditFault {
    std::int64_t number = 0;  // of the row it is about
    std::string_view rule;    // "changed", "missing", "moved", "replaced", "added"
    std::string message;
};

struct AuditVerdict {
    std::int64_t rows = 0;
    std::string head;  // the digest of the last row: noted elsewhere, it proves all rows up to it
    std::vector<AuditFault> faults;
    std::optional<bool>
        has_noted;  // whether `noted` is the digest of a row; nullopt: none was given
};

// Reads the whole chain. `noted`: a head that was noted earlier, or empty.
AuditVerdict verify_audit(
    store::Reader& reader, std::string_view chain, std::string_view noted = {});

}  // namespace caas::access
