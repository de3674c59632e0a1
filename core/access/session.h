// Sessions: a person signed in on one device. A session has one refresh token at a time; each use
// gives another one, and using an old one again ends the session, since two hold what one should.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/access/jwt.h"
#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

struct Session {
    SessionId id;
    PersonId person;
    std::string client;   // what the device said of itself
    std::string address;  // where it was opened from, empty: on this machine
    Instant created_at;
    Instant refreshed_at;
    Instant expires_at;
};

struct NewSession {
    PersonId person;
    std::string client;
    std::string address;
    Milliseconds lifetime;  // without a refresh
};

struct Opened {
    Session session;
    Secret refresh_token;  // "caasr_…", only its SHA-256 is kept
};

enum class SessionEnd : std::uint8_t { logout, reuse, password, administrator };

// Forgets what has ended or expired of the same person.
Opened open_session(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    const NewSession& asked);

// The token is of no session that goes on.
struct Unknown {};

// The token was used before: its session has been ended.
struct Reused {
    SessionId session;
    PersonId person;
};

using Refreshed = std::variant<Opened, Unknown, Reused>;

// Takes a refresh token and gives the next one. The transaction must be kept whatever comes back.
Refreshed refresh_session(
    store::Transaction& transaction,
    Random& random,
    Instant now,
    std::string_view refresh_token,
    Milliseconds lifetime);

// The session of a refresh token that is good now.
std::optional<Session> session_of(
    store::Reader& reader, Instant now, std::string_view refresh_token);

// Who acts by an access token: in `organization`, or in the one they have been a member of for the
// longest; in none when they are in none. nullopt when the session has ended, the person may not
// sign in any more or is no member of `organization`.
std::optional<Principal> principal_of(
    store::Reader& reader,
    const Claims& claims,
    Instant now,
    const std::optional<OrganizationId>& organization);

// Those that go on, newest first.
store::Slice<Session> list_sessions(
    store::Reader& reader, const PersonId& person, Instant now, const store::Page& page);
// By whole id or a unique beginning or end of it. Throws Error(not_found), Error(conflict).
Session get_session(
    store::Reader& reader, const PersonId& person, Instant now, std::string_view id);
// False when there was nothing to end.
bool end_session(
    store::Transaction& transaction,
    const PersonId& person,
    const SessionId& id,
    Instant now,
    SessionEnd why);
// All but `kept`; how many.
std::int64_t end_sessions(
    store::Transaction& transaction,
    const PersonId& person,
    Instant now,
    SessionEnd why,
    const std::optional<SessionId>& kept = std::nullopt);
// Forgets what expired or ended a month ago.
void sweep_sessions(store::Transaction& transaction, Instant now);

}  // namespace caas::access
