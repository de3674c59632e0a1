// Who belongs to an organization, and as what. An organization always has an owner.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/access/tenancy.h"
#include "core/base/clock.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

struct Member {
    Person person;
    Role role = Role::viewer;
    Instant created_at;
};

// Adds a person or changes their role, whatever that leads to: for those who just made the
// organization or checked.
void set_member(
    store::Transaction& transaction,
    Instant now,
    const OrganizationId& organization,
    const PersonId& person,
    Role role);
std::optional<Role> role_in(
    store::Reader& reader, const OrganizationId& organization, const PersonId& person);

std::vector<Member> list_members(store::Reader& reader, const OrganizationId& organization);
// Those who joined first, first.
store::Slice<Member> list_members(
    store::Reader& reader, const OrganizationId& organization, const store::Page& page);
// By id, a unique beginning or end of it, e-mail or name. Throws Error(not_found), and
// Error(conflict) when several fit, one of them by its id and another by its name, too.
Member get_member(store::Reader& reader, const OrganizationId& organization, std::string_view who);

// What the caller may not hand out or touch throws Error(forbidden): a role above their own, or a
// member whose role is above their own.
void require_reach(const Principal& by, Role role);

// Who gets a lesser role: the invitations they sent are revoked. Throws Error(conflict) when nobody
// would be left as owner.
void change_role(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const Member& member,
    Role role,
    Instant now);
// Their tokens for the organization and the invitations they sent are revoked. Throws
// Error(conflict) for the last owner.
void remove_member(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const Member& member,
    Instant now);

}  // namespace caas::access
