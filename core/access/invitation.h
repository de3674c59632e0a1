// Invitations into an organization: sent to an e-mail address, good once and for seven days, kept
// only as their SHA-256.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/access/permission.h"
#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/random.h"
#include "core/base/secret.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

using InvitationId = Id<struct InvitationTag>;

struct Invitation {
    InvitationId id;
    OrganizationId organization;
    std::string email;  // lower case
    Role role = Role::viewer;
    std::optional<PersonId> invited_by;
    Instant created_at;
    Instant expires_at;
    std::optional<Instant> accepted_at;
    std::optional<PersonId> accepted_by;
    std::optional<Instant> revoked_at;
};

// "pending", "accepted", "revoked" or "expired".
std::string_view state_of(const Invitation& invitation, Instant now);

struct Invited {
    Invitation invitation;
    Secret text;  // "caasi_…", never to be had again
};

// One that is still open for the same address is revoked: the new one takes its place. Throws
// Error: invalid for what is no address, conflict when a member has it.
Invited create_invitation(
    store::Transaction& transaction,
    IdMaker& ids,
    Random& random,
    Instant now,
    const OrganizationId& organization,
    const PersonId& by,
    std::string_view email,
    Role role);

// The newest first, with those that are over.
store::Slice<Invitation> list_invitations(
    store::Reader& reader, const OrganizationId& organization, const store::Page& page);
// By id, a unique beginning or end of it, or the address of one that is open. Throws
// Error(not_found), Error(conflict).
Invitation get_invitation(
    store::Reader& reader, const OrganizationId& organization, std::string_view who);
// Revoking twice changes nothing. Throws Error(conflict) when it was accepted.
Invitation revoke_invitation(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const InvitationId& id,
    Instant now);

// Those that somebody sent who may not any more.
void revoke_invitations_by(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const PersonId& person,
    Instant now);

// The invitation of this text, if it is good now; nullopt also when its organization is disabled.
std::optional<Invitation> find_invitation(
    store::Reader& reader, std::string_view text, Instant now);

// Makes the person a member and uses the invitation up; who is a member with a lesser role gets the
// greater one. Throws Error: not_found when it is not good now, forbidden when the person has
// another address than the invited one.
Invitation accept_invitation(
    store::Transaction& transaction, std::string_view text, const PersonId& person, Instant now);

}  // namespace caas::access
