#include "core/access/token.h"

#include "core/access/member.h"
#include "core/access/name.h"
#include "core/access/tenancy.h"
#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/store/fragment.h"

namespace caas::access {
namespace {

constexpr auto note_interval = std::chrono::minutes(1);
constexpr std::size_t prefix_letters = 11;  // "caas_" and six more
constexpr std::size_t most_shown_bytes = 512;

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT id FROM token
WHERE organization_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR workspace_id = $2)
  AND (CAST($3 AS TEXT) IS NULL OR person_id = $3)
  AND id >= $4 AND id < $5
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM token
WHERE organization_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR workspace_id = $2)
  AND (CAST($3 AS TEXT) IS NULL OR person_id = $3)
  AND id LIKE $4
ORDER BY id
LIMIT 5)sql"};

Error corrupt() {
    return {Code::storage_corrupt, "The database holds a token with a scope or role of no kind"};
}

Token read_token(const store::Row& row) {
    const auto scope = scope_of(row.text(5));
    if (!scope)
        throw corrupt();
    Token token;
    token.id = row.id<TokenId>(0);
    token.organization = row.id<OrganizationId>(1);
    if (const auto workspace = row.maybe_text(2))
        token.workspace = WorkspaceId(*workspace);
    token.person = row.id<PersonId>(3);
    token.name = row.text(4);
    token.scope = *scope;
    token.prefix = row.text(6);
    token.created_at = row.instant(7);
    token.expires_at = row.maybe_instant(8);
    token.last_used_at = row.maybe_instant(9);
    token.revoked_at = row.maybe_instant(10);
    token.person_name = row.text(11);
    token.is_device = row.truth(12);
    return token;
}

Error none(std::string_view id) {
    return {
        Code::not_found,
        "There is no token " + std::string(id.substr(0, 64)),
        "List what there is with: caas token list"};
}

std::optional<Token> find_token(
    store::Reader& reader, const OrganizationId& organization, const TokenId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT t.id, t.organization_id, t.workspace_id, t.person_id, t.name, t.scope, t.prefix,
    t.created_at, t.expires_at, t.last_used_at, t.revoked_at, p.name, t.is_device
FROM token t
JOIN person p ON p.id = t.person_id
WHERE t.organization_id = $1 AND t.id = $2)sql",
        {organization, id});
    return rows.empty() ? std::nullopt : std::optional(read_token(rows.front()));
}

void check_new(store::Reader& reader, Instant now, const NewToken& asked) {
    check_name(asked.name, "The name of a token");
    if (asked.expires_at && *asked.expires_at <= now)
        throw Error(
            Code::invalid,
            "The token would have expired already",
            "Give an expiry in the future, or none.",
            {{"/expires_at", "token.expiry.past", "lies in the past"}});
    if (!role_in(reader, asked.organization, asked.person))
        throw Error(Code::not_found, "There is no such member to make a token for");
    if (asked.workspace && !find_workspace(reader, asked.organization, *asked.workspace))
        throw Error(
            Code::not_found,
            "There is no workspace " + asked.workspace->text(),
            "List what there is with: caas workspace list");
}

}  // namespace

Created create_token(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    const NewToken& asked) {
    check_new(transaction, now, asked);
    Created made;
    made.text = make_token_text(random);
    auto& token = made.token;
    token.id = ids.make<TokenId>();
    token.organization = asked.organization;
    token.workspace = asked.workspace;
    token.person = asked.person;
    token.person_name = find_person(transaction, asked.person)->name;
    token.name = asked.name;
    token.scope = asked.scope;
    token.prefix = made.text.reveal().substr(0, prefix_letters);
    token.created_at = now;
    token.expires_at = asked.expires_at;
    token.is_device = asked.is_device;
    transaction.execute(
        R"sql(
INSERT INTO token (id, organization_id, workspace_id, person_id, name, scope, digest, prefix,
    created_at, expires_at, is_device)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))sql",
        {token.id,
         token.organization,
         token.workspace,
         token.person,
         token.name,
         name(token.scope),
         sha256_hex(made.text.reveal()),
         token.prefix,
         token.created_at,
         token.expires_at,
         token.is_device});
    return made;
}

std::optional<Principal> authenticate(store::Reader& reader, std::string_view text, Instant now) {
    // Across tenants: the token itself tells whose it is. What cannot be one is looked up as well,
    // so that the time says nothing.
    const auto rows = reader.query(
        R"sql(
SELECT t.id, t.organization_id, t.workspace_id, t.person_id, t.scope, t.expires_at, t.revoked_at,
    m.role,
    (SELECT w.id FROM workspace w
     WHERE w.organization_id = t.organization_id
     ORDER BY w.id
     LIMIT 1),
    COALESCE(o.disabled_at, p.disabled_at), p.is_installation_owner
FROM token t
JOIN member m ON m.organization_id = t.organization_id AND m.person_id = t.person_id
JOIN organization o ON o.id = t.organization_id
JOIN person p ON p.id = t.person_id
WHERE t.digest = $1)sql",
        {sha256_hex(text.substr(0, most_shown_bytes))});
    if (rows.empty() || !is_token_text(text))
        return std::nullopt;
    const auto& row = rows.front();
    const auto expires_at = row.maybe_instant(5);
    if ((expires_at && *expires_at <= now) || !row.is_null(6) || !row.is_null(9))
        return std::nullopt;
    const auto scope = scope_of(row.text(4));
    const auto role = role_of(row.text(7));
    if (!scope || !role)
        throw corrupt();
    Principal principal;
    principal.token = row.id<TokenId>(0);
    principal.organization = row.id<OrganizationId>(1);
    principal.is_bound = !row.is_null(2);
    principal.workspace = WorkspaceId(row.maybe_text(2).value_or(row.maybe_text(8).value_or("")));
    principal.person = row.id<PersonId>(3);
    principal.scope = *scope;
    principal.role = *role;
    principal.is_installation_owner = row.truth(10);
    return principal;
}

bool is_due_for_note(store::Reader& reader, const TokenId& token, Instant now) {
    return !reader
                .query(
                    R"sql(
SELECT id FROM token
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2))sql",
                    {token, now - note_interval})
                .empty();
}

void note_use(store::Transaction& transaction, const TokenId& token, Instant now) {
    transaction.execute(
        R"sql(
UPDATE token
SET last_used_at = $2
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3))sql",
        {token, now, now - note_interval});
}

store::Slice<Token> list_tokens(
    store::Reader& reader,
    const OrganizationId& organization,
    const store::Page& page,
    const TokenFilter& only) {
    const store::PagedList list{.name = "tokens", .owner = organization.text(), .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT t.id, t.organization_id, t.workspace_id, t.person_id, t.name, t.scope, t.prefix,
    t.created_at, t.expires_at, t.last_used_at, t.revoked_at, p.name, t.is_device
FROM token t
JOIN person p ON p.id = t.person_id
WHERE t.organization_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR t.id < $2)
  AND (CAST($4 AS TEXT) IS NULL OR t.workspace_id = $4)
  AND (CAST($5 AS TEXT) IS NULL OR t.person_id = $5)
ORDER BY t.id DESC
LIMIT $3)sql",
        {organization, after.at(0), store::rows_for(page), only.bound_to, only.person});
    std::vector<Token> tokens;
    for (const auto& row : rows)
        tokens.push_back(read_token(row));
    return store::slice(
        std::move(tokens), page, list, [](const Token& token) { return store::Values{token.id}; });
}

Token get_token(
    store::Reader& reader,
    const OrganizationId& organization,
    std::string_view id,
    const TokenFilter& only) {
    const auto whole = store::find_by_fragment(
        reader, by_fragment, store::Values{organization, only.bound_to, only.person}, id, "token");
    auto token = whole ? find_token(reader, organization, TokenId(*whole)) : std::nullopt;
    if (!token)
        throw none(id);
    return *token;
}

Token revoke_token(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const TokenId& id,
    Instant now) {
    transaction.execute(
        R"sql(
UPDATE token
SET revoked_at = COALESCE(revoked_at, $3)
WHERE organization_id = $1 AND id = $2)sql",
        {organization, id, now});
    auto token = find_token(transaction, organization, id);
    if (!token)
        throw none(id.text());
    return *std::move(token);
}

void revoke_tokens_of(store::Transaction& transaction, const PersonId& person, Instant now) {
    transaction.execute(
        R"sql(
UPDATE token
SET revoked_at = $2
WHERE person_id = $1 AND revoked_at IS NULL)sql",
        {person, now});
}

}  // namespace caas::access
