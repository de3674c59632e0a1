// Organizations, their workspaces, and the people in them: plain types and their queries.
//
// Repository functions over a reader or a transaction; they keep no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/principal.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::access {

struct Person {
    PersonId id;
    std::optional<std::string> email;
    std::string name;
    Instant created_at;
    std::optional<Instant> disabled_at{};
    bool is_installation_owner = false;
};

struct Organization {
    OrganizationId id;
    std::string name;
    std::string slug;  // for addresses: lower case, digits and dashes, unique
    Instant created_at;
    std::optional<Instant> disabled_at{};  // by the owner of the installation
};

// An organization as one of its members knows it.
struct Seat {
    Organization organization;
    Role role = Role::viewer;
};

struct Workspace {
    WorkspaceId id;
    OrganizationId organization;
    std::string name;  // unique within its organization
    std::string zone;  // IANA name
    Instant created_at;
};

// All throw Error(invalid) for a name that is empty, longer than 100 bytes or holds a control
// character, Error(conflict) for one that is taken.
Person create_person(
    store::Transaction& transaction,
    IdMaker& ids,
    Instant now,
    std::string_view name,
    const std::optional<std::string>& email = std::nullopt);
Organization create_organization(
    store::Transaction& transaction, IdMaker& ids, Instant now, std::string_view name);
// Throws Error(invalid) besides for an unknown zone, naming the nearest.
Workspace create_workspace(
    store::Transaction& transaction,
    IdMaker& ids,
    Instant now,
    const OrganizationId& organization,
    std::string_view name,
    std::string_view zone);

// Throws Error(invalid) for a zone that is unknown, naming the nearest.
void check_zone(std::string_view zone);

// nullopt leaves a property as it is. Throws Error(not_found) and as above.
Workspace change_workspace(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const WorkspaceId& id,
    const std::optional<std::string>& name,
    const std::optional<std::string>& zone);

// With all that is in it, of which nothing may be on its way (flow/discard.h).
void delete_workspace(
    store::Transaction& transaction, const OrganizationId& organization, const WorkspaceId& id);

std::optional<Person> find_person(store::Reader& reader, const PersonId& id);
std::optional<Organization> find_organization(store::Reader& reader, const OrganizationId& id);
Organization rename_organization(
    store::Transaction& transaction, const OrganizationId& id, std::string_view name);
// With all that is in it, of which nothing may be on its way (flow/organize.h). The audit log
// stays.
void delete_organization(store::Transaction& transaction, const OrganizationId& id);
// Those the person is a member of, the oldest first.
store::Slice<Seat> list_seats(
    store::Reader& reader, const PersonId& person, const store::Page& page);
// By id, a unique beginning or end of it, slug or name; nullopt when the person is no member of
// one that is called so. Throws Error(conflict) when several fit, one of them by its id and another
// by its name, too.
std::optional<Seat> find_seat(
    store::Reader& reader, const PersonId& person, std::string_view id_or_name);
// The one made first, which is where new content goes when nothing else is said.
std::optional<WorkspaceId> first_workspace(
    store::Reader& reader, const OrganizationId& organization);
// Makes others that change members, roles or owners of it wait for the end of this transaction.
void lock_organization(store::Transaction& transaction, const OrganizationId& id);

std::optional<Workspace> find_workspace(
    store::Reader& reader, const OrganizationId& organization, const WorkspaceId& id);
// By whole id, a unique beginning or end of it, or by name. Throws Error(not_found), and
// Error(conflict) when several fit, one of them by its id and another by its name, too.
Workspace get_workspace(
    store::Reader& reader, const OrganizationId& organization, std::string_view id_or_name);
// The oldest first; the first one made is the default one. Empty for an unknown organization.
store::Slice<Workspace> list_workspaces(
    store::Reader& reader, const OrganizationId& organization, const store::Page& page);
// What get_workspace throws when there is none.
Error no_workspace(std::string_view id_or_name);
// Whether this is what get_workspace would mean by it, if it were the only one.
bool is_called(const Workspace& workspace, std::string_view id_or_name);

// Lower case letters, digits and dashes of `name`; "team" when nothing is left, or what could be
// taken for an id. Pure.
std::string slug_of(std::string_view name);

}  // namespace caas::access
