#include "core/access/bootstrap.h"

#include <string>

#include "core/access/member.h"
#include "core/access/name.h"
#include "core/access/tenancy.h"
#include "core/base/time_zone.h"
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
        const bool is_shown = point.value >= 0x20 && point.value != 0x7f;
        if (is_shown && name.size() + point.size <= most_name_bytes)
            name.append(repaired, at, point.size);
        at += point.size;
    }
    const auto start = name.find_first_not_of(' ');
    if (start == std::string::npos)
        return std::string(nameless);
    return name.substr(start, name.find_last_not_of(' ') - start + 1);
}

}  // namespace

std::optional<Principal> local_owner(store::Reader& reader) {
    // Across tenants: whoever may open the database file owns all of it. Ids grow with time.
    const auto rows = reader.query(
        R"sql(
SELECT m.person_id, m.organization_id, w.id
FROM member m
JOIN workspace w ON w.organization_id = m.organization_id
WHERE m.role = 'owner'
ORDER BY m.organization_id, m.person_id, w.id
LIMIT 1)sql",
        {});
    if (rows.empty())
        return std::nullopt;
    const auto& row = rows.front();
    Principal principal;
    principal.person = row.id<PersonId>(0);
    principal.organization = row.id<OrganizationId>(1);
    principal.workspace = row.id<WorkspaceId>(2);
    principal.role = Role::owner;
    principal.scope = Scope::admin;
    principal.is_local_owner = true;
    principal.is_installation_owner = true;
    return principal;
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
    const auto person = create_person(transaction, ids, now, name);
    const auto organization = create_organization(transaction, ids, now, name);
    const auto workspace = create_workspace(
        transaction, ids, now, organization.id, name, is_zone(zone) ? zone : "UTC");
    set_member(transaction, now, organization.id, person.id, Role::owner);
    Principal principal;
    principal.person = person.id;
    principal.organization = organization.id;
    principal.workspace = workspace.id;
    principal.role = Role::owner;
    principal.scope = Scope::admin;
    principal.is_local_owner = true;
    principal.is_installation_owner = true;
    return principal;
}

}  // namespace caas::access
