// What happens to whole organizations and people: deleting an organization, and, for the owner of
// the installation, shutting out and letting in again. What concerns posts and accounts happens in
// the same transaction, and so does the row in the audit log.
#pragma once

#include <string_view>

#include "core/access/principal.h"
#include "core/access/tenancy.h"
#include "core/flow/tools.h"

namespace caas::flow {

// The caller's organization with all that is in it, for good. `confirmation`: its name. Throws
// Error: invalid when that is another one; conflict while a post is being sent or unconfirmed, or
// when the caller would be left without any organization.
void delete_organization(
    const Tools& tools, const access::Principal& principal, std::string_view confirmation);

// An organization waits when it is disabled, or none of its owners is left who may sign in: brings
// its accounts and their posts to what is so now. For whoever has changed an owner.
void hold_or_release(
    store::Transaction& transaction, const OrganizationId& organization, Instant now);

// The same for every organization that waits: a restore may bring back accounts that were held.
void hold_shut(store::Transaction& transaction, Instant now);

// Throws Error(forbidden) while an organization waits: nobody in it makes an account publish.
void require_open(store::Reader& reader, const OrganizationId& organization);

// An account whose sign-in works again goes on with its posts, or is held like the others while its
// organization waits.
void take_up_again(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const AccountId& account,
    Instant now);

// `who`: an id, a unique part of one, or the slug; of people the e-mail address. Their tokens and
// sessions stop working at once, the invitations they sent are revoked, machines they approved and
// that did not come for their token yet get none; what they scheduled waits.
// Doing it twice changes nothing. Throws Error: not_found; conflict when several fit, and for the
// owner of the installation and their own organizations.
access::Organization disable_organization(
    const Tools& tools, const access::Principal& by, std::string_view who);
access::Organization enable_organization(
    const Tools& tools, const access::Principal& by, std::string_view who);
access::Person disable_person(
    const Tools& tools, const access::Principal& by, std::string_view who);
access::Person enable_person(const Tools& tools, const access::Principal& by, std::string_view who);

}  // namespace caas::flow
