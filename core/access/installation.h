// All people and organizations of an installation, for its owner: the only queries of this station
// that go across tenants besides the one that knows a token.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/access/tenancy.h"
#include "core/base/clock.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

struct ListedPerson {
    Person person;
    std::int64_t organizations = 0;
    std::int64_t tokens = 0;  // that are not revoked
};

struct ListedOrganization {
    Organization organization;
    std::int64_t members = 0;
    std::int64_t workspaces = 0;
};

// The oldest first.
store::Slice<ListedPerson> list_people(store::Reader& reader, const store::Page& page);
store::Slice<ListedOrganization> list_organizations(store::Reader& reader, const store::Page& page);

// By id, a unique beginning or end of it, or e-mail. Throws Error: not_found, conflict.
Person get_any_person(store::Reader& reader, std::string_view who);
// By id, a unique beginning or end of it, or slug. Throws Error: not_found, conflict, also when it
// is part of the id of one and the slug of another.
Organization get_any_organization(store::Reader& reader, std::string_view who);
std::vector<OrganizationId> organizations_of(store::Reader& reader, const PersonId& person);

// Whether it is disabled, or none of its owners may sign in.
bool is_shut(store::Reader& reader, const OrganizationId& organization);
// All of which that is so.
std::vector<OrganizationId> shut_organizations(store::Reader& reader);
// Whether `person` or an owner of the installation is a member.
bool has_installation_owner_in(
    store::Reader& reader, const OrganizationId& organization, const PersonId& person);

void set_disabled(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::optional<Instant>& since);
void set_disabled(
    store::Transaction& transaction, const PersonId& person, const std::optional<Instant>& since);

}  // namespace caas::access
