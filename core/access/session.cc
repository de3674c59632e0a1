#include "core/access/session.h"

#include <array>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/store/fragment.h"
#include "core/text/steering.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

constexpr std::string_view mark = "caasr_";
constexpr std::size_t random_bytes = 32;
constexpr std::size_t most_token_bytes = 512;
constexpr std::size_t most_client_bytes = 200;
constexpr auto remembered = std::chrono::hours(24 * 30);
constexpr std::array<std::string_view, 4> ends{"logout", "reuse", "password", "administrator"};

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT id FROM session
WHERE person_id = $1 AND id >= $2 AND id < $3
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM session
WHERE person_id = $1 AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

Secret make_refresh_token(Random& random) {
    return Secret(std::string(mark) + to_base64url(random.bytes(random_bytes)));
}

std::string digest_of(std::string_view token) {
    return sha256_hex(token.substr(0, most_token_bytes));
}

// One line of valid text that fits.
std::string client_of(std::string_view said) {
    std::string out;
    const auto text = text::repaired(said);
    for (std::size_t at = 0; at < text.size();) {
        const auto point = text::decode(text, at);
        if (out.size() + point.size > most_client_bytes)
            break;
        if (!text::is_steering(point.value))
            out.append(text, at, point.size);
        at += point.size;
    }
    return out;
}

Session read_session(const store::Row& row) {
    Session session;
    session.id = row.id<SessionId>(0);
    session.person = row.id<PersonId>(1);
    session.client = row.text(2);
    session.address = row.text(3);
    session.created_at = row.instant(4);
    session.refreshed_at = row.instant(5);
    session.expires_at = row.instant(6);
    return session;
}

Error none(std::string_view id) {
    return {
        Code::not_found,
        "There is no session " + std::string(id.substr(0, 64)),
        "List those that go on with: caas user sessions"};
}

// The token was good once: somebody copied it. Whoever holds the current one is shut out as well.
Refreshed end_reused(store::Transaction& transaction, Instant now, const std::string& digest) {
    const auto rows = transaction.query(
        R"sql(
SELECT s.id, s.person_id
FROM spent_refresh r
JOIN session s ON s.id = r.session_id
WHERE r.digest = $1)sql",
        {digest});
    if (rows.empty())
        return Unknown{};
    const Reused reused{rows.front().id<SessionId>(0), rows.front().id<PersonId>(1)};
    if (!end_session(transaction, reused.person, reused.session, now, SessionEnd::reuse))
        return Unknown{};
    return reused;
}

}  // namespace

Opened open_session(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    const NewSession& asked) {
    transaction.execute(
        R"sql(
DELETE FROM session
WHERE person_id = $1 AND (expires_at <= $2 OR ended_at <= $3))sql",
        {asked.person, now, now - remembered});
    Opened opened;
    opened.refresh_token = make_refresh_token(random);
    auto& session = opened.session;
    session.id = SessionId(ids.text());
    session.person = asked.person;
    session.client = client_of(asked.client);
    session.address = client_of(asked.address);
    session.created_at = session.refreshed_at = now;
    session.expires_at = now + asked.lifetime;
    transaction.execute(
        R"sql(
INSERT INTO session (id, person_id, digest, client, address, created_at, refreshed_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql",
        {session.id,
         session.person,
         digest_of(opened.refresh_token.reveal()),
         session.client,
         session.address,
         session.created_at,
         session.refreshed_at,
         session.expires_at});
    return opened;
}

Refreshed refresh_session(
    store::Transaction& transaction,
    Random& random,
    Instant now,
    std::string_view refresh_token,
    Milliseconds lifetime) {
    const auto old = digest_of(refresh_token);
    auto next = make_refresh_token(random);
    const auto rows = transaction.query(
        R"sql(
UPDATE session
SET digest = $2, refreshed_at = $3, expires_at = $4
WHERE digest = $1 AND ended_at IS NULL AND expires_at > $3
RETURNING id, person_id, client, address, created_at, refreshed_at, expires_at)sql",
        {old, digest_of(next.reveal()), now, now + lifetime});
    if (rows.empty())
        return end_reused(transaction, now, old);
    Opened opened{read_session(rows.front()), std::move(next)};
    transaction.execute(
        R"sql(
INSERT INTO spent_refresh (digest, session_id)
VALUES ($1, $2))sql",
        {old, opened.session.id});
    return opened;
}

std::optional<Session> session_of(
    store::Reader& reader, Instant now, std::string_view refresh_token) {
    const auto rows = reader.query(
        R"sql(
SELECT id, person_id, client, address, created_at, refreshed_at, expires_at
FROM session
WHERE digest = $1 AND ended_at IS NULL AND expires_at > $2)sql",
        {digest_of(refresh_token), now});
    return rows.empty() ? std::nullopt : std::optional(read_session(rows.front()));
}

std::optional<Principal> principal_of(
    store::Reader& reader,
    const Claims& claims,
    Instant now,
    const std::optional<OrganizationId>& organization) {
    // Across tenants: the session tells whose it is, and their memberships where they may act.
    const auto rows = reader.query(
        R"sql(
SELECT m.organization_id, m.role, p.is_installation_owner,
    (SELECT w.id FROM workspace w
     WHERE w.organization_id = m.organization_id
     ORDER BY w.id
     LIMIT 1)
FROM session s
JOIN person p ON p.id = s.person_id
LEFT JOIN (member m JOIN organization o ON o.id = m.organization_id AND o.disabled_at IS NULL)
    ON m.person_id = p.id AND (CAST($4 AS TEXT) IS NULL OR m.organization_id = $4)
WHERE s.id = $1 AND s.person_id = $2 AND s.ended_at IS NULL AND s.expires_at > $3
  AND p.disabled_at IS NULL
ORDER BY m.created_at, m.organization_id
LIMIT 1)sql",
        {claims.session,
         claims.person,
         now,
         organization ? std::optional(organization->text()) : std::nullopt});
    if (rows.empty() || (organization && rows.front().is_null(0)))
        return std::nullopt;
    const auto& row = rows.front();
    Principal principal;
    principal.person = claims.person;
    principal.session = claims.session;
    principal.scope = Scope::admin;
    principal.is_installation_owner = row.truth(2);
    if (row.is_null(0))
        return principal;
    const auto role = role_of(row.text(1));
    if (!role)
        throw Error(Code::storage_corrupt, "The database holds a role that does not exist");
    principal.organization = row.id<OrganizationId>(0);
    principal.role = *role;
    principal.workspace = WorkspaceId(row.maybe_text(3).value_or(""));
    return principal;
}

store::Slice<Session> list_sessions(
    store::Reader& reader, const PersonId& person, Instant now, const store::Page& page) {
    const store::PagedList list{.name = "sessions", .owner = person.text(), .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT id, person_id, client, address, created_at, refreshed_at, expires_at
FROM session
WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2
  AND (CAST($3 AS TEXT) IS NULL OR id < $3)
ORDER BY id DESC
LIMIT $4)sql",
        {person, now, after.at(0), store::rows_for(page)});
    std::vector<Session> sessions;
    for (const auto& row : rows)
        sessions.push_back(read_session(row));
    return store::slice(std::move(sessions), page, list, [](const Session& session) {
        return store::Values{session.id};
    });
}

Session get_session(
    store::Reader& reader, const PersonId& person, Instant now, std::string_view id) {
    const auto whole = store::find_by_fragment(reader, by_fragment, person, id, "session");
    if (!whole)
        throw none(id);
    const auto rows = reader.query(
        R"sql(
SELECT id, person_id, client, address, created_at, refreshed_at, expires_at
FROM session
WHERE person_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3)sql",
        {person, *whole, now});
    if (rows.empty())
        throw none(id);
    return read_session(rows.front());
}

bool end_session(
    store::Transaction& transaction,
    const PersonId& person,
    const SessionId& id,
    Instant now,
    SessionEnd why) {
    return transaction.execute(
               R"sql(
UPDATE session
SET ended_at = $3, ended_by = $4
WHERE person_id = $1 AND id = $2 AND ended_at IS NULL)sql",
               {person, id, now, ends[static_cast<std::size_t>(why)]}) > 0;
}

std::int64_t end_sessions(
    store::Transaction& transaction,
    const PersonId& person,
    Instant now,
    SessionEnd why,
    const std::optional<SessionId>& kept) {
    return transaction.execute(
        R"sql(
UPDATE session
SET ended_at = $2, ended_by = $3
WHERE person_id = $1 AND ended_at IS NULL AND (CAST($4 AS TEXT) IS NULL OR id <> $4))sql",
        {person,
         now,
         ends[static_cast<std::size_t>(why)],
         kept ? std::optional(kept->text()) : std::nullopt});
}

void sweep_sessions(store::Transaction& transaction, Instant now) {
    transaction.execute(
        R"sql(
DELETE FROM session
WHERE expires_at <= $1)sql",
        {now - remembered});
}

}  // namespace caas::access
