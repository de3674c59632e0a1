// API tokens: made once, shown once, kept only as their SHA-256.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

struct Token {
    TokenId id;
    OrganizationId organization;
    std::optional<WorkspaceId> workspace;  // empty: every workspace of the organization
    PersonId person;
    std::string person_name;
    std::string name;
    Scope scope = Scope::read;
    std::string prefix;  // its first characters, to tell tokens apart in a list
    Instant created_at;
    std::optional<Instant> expires_at;
    std::optional<Instant> last_used_at;
    std::optional<Instant> revoked_at;
    bool is_device = false;  // as in NewToken
};

struct NewToken {
    OrganizationId organization;
    std::optional<WorkspaceId> workspace;
    PersonId person;
    std::string name;
    Scope scope = Scope::read;
    std::optional<Instant> expires_at;
    bool is_device = false;  // of a machine that was signed in: it ends with the sign-in (device.h)
};

struct Created {
    Token token;
    Secret text;  // "caas_…", never to be had again
};

// "caas_", 43 characters for 32 random bytes and 6 of a checksum, all of the URL-safe base64
// alphabet: scanners for leaked secrets can recognise one without asking us.
Secret make_token_text(Random& random);
// Whether `text` has that form and its checksum is right. Pure.
bool is_token_text(std::string_view text);

// Throws Error(invalid) for a name that is empty or longer than 100 bytes, and for an expiry that
// has passed.
Created create_token(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    const NewToken& asked);

// Who shows this token; nullopt when it is unknown, expired or revoked, its person is no longer a
// member, or the person or the organization is disabled. The same work whatever is wrong with it.
std::optional<Principal> authenticate(store::Reader& reader, std::string_view text, Instant now);
// Notes that a token was used; writes at most once a minute. `is_due_for_note` tells whether a
// write is needed at all.
bool is_due_for_note(store::Reader& reader, const TokenId& token, Instant now);
void note_use(store::Transaction& transaction, const TokenId& token, Instant now);

// Which tokens of an organization are looked at; the others are not there.
struct TokenFilter {
    std::optional<WorkspaceId> bound_to{};  // empty: whatever they are bound to
    std::optional<PersonId> person{};       // empty: whosever they are
};

// Newest first, with the revoked ones.
store::Slice<Token> list_tokens(
    store::Reader& reader,
    const OrganizationId& organization,
    const store::Page& page,
    const TokenFilter& only = {});
// By whole id or a unique beginning or end of it. Throws Error(not_found), Error(conflict).
Token get_token(
    store::Reader& reader,
    const OrganizationId& organization,
    std::string_view id,
    const TokenFilter& only = {});
// Revoking twice changes nothing. Throws Error(not_found).
Token revoke_token(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const TokenId& id,
    Instant now);
// All that a person has, in every organization.
void revoke_tokens_of(store::Transaction& transaction, const PersonId& person, Instant now);

}  // namespace caas::access
