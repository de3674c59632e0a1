#include "core/access/bootstrap.h"

#include <string>

#include "core/access/audit.h"
#include "core/access/member.h"
#include "core/access/name.h"
#include "core/access/tenancy.h"
#include "core/base/time_zone.h"
#include "core/text/steering.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

constexpr std::string_view nameless = "me";

// Something that check_name takes, whatever the operating system calls its users.
std::string usable_name(std::string_view user) {
    std::string name;
    const auto repaired = text::repaired(user);
    for (std::size_t at = 0; at < repaired.size();) {
        const auto point = text::decode(repaired, at);
        if (!text::is_steering(point.value) && name.size() + point.size <= most_name_bytes)
            name.append(repaired, at, point.size);
        at += point.size;
    }
    const auto start = name.find_first_not_of(' ');
    if (start == std::string::npos)
        return std::string(nameless);
    return name.substr(start, name.find_last_not_of(' ') - start + 1);
}

// Names the local person in the table of facts.
constexpr std::string_view local_fact = "local_person";

Principal local_principal(
    const PersonId& person, const OrganizationId& organization, const WorkspaceId& workspace) {
    Principal principal;
    principal.person = person;
    principal.organization = organization;
    principal.workspace = workspace;
    principal.role = Role::owner;
    principal.scope = Scope::admin;
    principal.is_local_owner = true;
    principal.is_installation_owner = true;
    return principal;
}

std::optional<PersonId> first_person(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(rows.front().id<PersonId>(0));
}

std::optional<PersonId> marked_person(store::Reader& reader) {
    return first_person(reader.query(
        R"sql(
SELECT p.id
FROM fact f
JOIN person p ON p.id = f.value
WHERE f.name = $1)sql",
        {local_fact}));
}

// Homes that were made before there was a mark: whoever registered or was made by an owner is in
// the audit log, so who is not was made here, whatever address they took since.
std::optional<PersonId> unregistered_person(store::Reader& reader) {
    return first_person(reader.query(
        R"sql(
SELECT p.id
FROM person p
WHERE p.id NOT IN (
    SELECT a.target
    FROM audit a
    WHERE a.chain = $1 AND a.action = 'person.create')
ORDER BY p.id
LIMIT 1)sql",
        {installation_chain}));
}

// In such a home, who registered before anybody used the machine was its person too. Where they
// were made an owner of the installation since, which took that machine, they are no stranger.
std::optional<PersonId> trusted_person(store::Reader& reader) {
    return first_person(reader.query(
        R"sql(
SELECT p.id
FROM person p
WHERE p.is_installation_owner = 1 AND p.id = (
    SELECT m.person_id
    FROM member m
    WHERE m.role = 'owner'
    ORDER BY m.organization_id, m.person_id
    LIMIT 1))sql",
        {}));
}

void mark(store::Transaction& transaction, const PersonId& person) {
    transaction.execute(
        R"sql(
INSERT INTO fact (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value)sql",
        {local_fact, person});
}

}  // namespace

std::optional<Principal> local_owner(store::Reader& reader) {
    // Across tenants: whoever may open the database file owns all of it. Ids grow with time.
    const auto rows = reader.query(
        R"sql(
SELECT m.person_id, m.organization_id, w.id
FROM fact f
JOIN member m ON m.person_id = f.value
JOIN workspace w ON w.organization_id = m.organization_id
WHERE f.name = $1
ORDER BY CASE WHEN m.role = 'owner' THEN 0 ELSE 1 END, m.organization_id, w.id
LIMIT 1)sql",
        {local_fact});
    if (rows.empty())
        return std::nullopt;
    const auto& row = rows.front();
    return local_principal(row.id<PersonId>(0), row.id<OrganizationId>(1), row.id<WorkspaceId>(2));
}

Principal bootstrap(
    store::Transaction& transaction,
    IdMaker& ids,
    Instant now,
    std::string_view user,
    std::string_view zone) {
    if (auto known = local_owner(transaction))
        return *known;
    const auto name = usable_name(user);
    auto person = marked_person(transaction);
    if (!person)
        person = unregistered_person(transaction);
    if (!person)
        person = trusted_person(transaction);
    if (!person)
        person = create_person(transaction, ids, now, name).id;
    mark(transaction, *person);
    if (auto former = local_owner(transaction))
        return *former;
    const auto organization = create_organization(transaction, ids, now, name);
    const auto workspace = create_workspace(
        transaction, ids, now, organization.id, name, is_zone(zone) ? zone : "UTC");
    set_member(transaction, now, organization.id, *person, Role::owner);
    return local_principal(*person, organization.id, workspace.id);
}

}  // namespace caas::access
