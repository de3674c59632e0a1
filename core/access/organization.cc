#include "core/access/name.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/store/fragment.h"

namespace caas::access {
namespace {

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT organization_id FROM member
WHERE person_id = $1 AND organization_id >= $2 AND organization_id < $3
ORDER BY organization_id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT organization_id FROM member
WHERE person_id = $1 AND organization_id LIKE $2
ORDER BY organization_id
LIMIT 5)sql"};

Organization read_organization(const store::Row& row) {
    return {
        row.id<OrganizationId>(0), row.text(1), row.text(2), row.instant(3), row.maybe_instant(4)};
}

Seat read_seat(const store::Row& row) {
    const auto role = role_of(row.text(5));
    if (!role)
        throw Error(Code::storage_corrupt, "The database holds a role that does not exist");
    return {read_organization(row), *role};
}

std::optional<Seat> seat_in(
    store::Reader& reader, const PersonId& person, const OrganizationId& organization) {
    const auto rows = reader.query(
        R"sql(
SELECT o.id, o.name, o.slug, o.created_at, o.disabled_at, m.role
FROM member m
JOIN organization o ON o.id = m.organization_id
WHERE m.person_id = $1 AND o.id = $2)sql",
        {person, organization});
    return rows.empty() ? std::nullopt : std::optional(read_seat(rows.front()));
}

Error none(const OrganizationId& id) {
    return {
        Code::not_found, "There is no organization " + id.text(), "list yours with: caas org list"};
}

}  // namespace

std::optional<Organization> find_organization(store::Reader& reader, const OrganizationId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT id, name, slug, created_at, disabled_at FROM organization
WHERE id = $1)sql",
        {id});
    return rows.empty() ? std::nullopt : std::optional(read_organization(rows.front()));
}

Organization rename_organization(
    store::Transaction& transaction, const OrganizationId& id, std::string_view name) {
    check_name(name, "The name of an organization");
    const auto rows = transaction.query(
        R"sql(
UPDATE organization
SET name = $2
WHERE id = $1
RETURNING id, name, slug, created_at, disabled_at)sql",
        {id, name});
    if (rows.empty())
        throw none(id);
    return read_organization(rows.front());
}

void delete_organization(store::Transaction& transaction, const OrganizationId& id) {
    if (transaction.execute("DELETE FROM organization\nWHERE id = $1", {id}) == 0)
        throw none(id);
}

store::Slice<Seat> list_seats(
    store::Reader& reader, const PersonId& person, const store::Page& page) {
    const store::PagedList list{.name = "seats", .owner = person.text(), .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT o.id, o.name, o.slug, o.created_at, o.disabled_at, m.role
FROM member m
JOIN organization o ON o.id = m.organization_id
WHERE m.person_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR m.organization_id > $2)
ORDER BY m.organization_id
LIMIT $3)sql",
        {person, after.at(0), store::rows_for(page)});
    std::vector<Seat> out;
    for (const auto& row : rows)
        out.push_back(read_seat(row));
    return store::slice(std::move(out), page, list, [](const Seat& seat) {
        return store::Values{seat.organization.id};
    });
}

std::optional<Seat> find_seat(
    store::Reader& reader, const PersonId& person, std::string_view id_or_name) {
    if (is_uuid(id_or_name))
        return seat_in(reader, person, OrganizationId(id_or_name));
    auto named = reader.query(
        R"sql(
SELECT o.id, o.name, o.slug, o.created_at, o.disabled_at, m.role
FROM member m
JOIN organization o ON o.id = m.organization_id
WHERE m.person_id = $1 AND (o.slug = $2 OR o.name = $2)
ORDER BY CASE WHEN o.slug = $2 THEN 0 ELSE 1 END, o.id
LIMIT 3)sql",
        {person, id_or_name});
    // A slug is of one alone, whatever others are called.
    if (!named.empty() && named.front().text(2) == id_or_name)
        named.erase(named.begin() + 1, named.end());
    const auto id =
        store::find_by_id_or_name(reader, by_fragment, person, id_or_name, named, "organization");
    return id ? seat_in(reader, person, OrganizationId(*id)) : std::nullopt;
}

std::optional<WorkspaceId> first_workspace(
    store::Reader& reader, const OrganizationId& organization) {
    const auto rows = reader.query(
        R"sql(
SELECT id FROM workspace
WHERE organization_id = $1
ORDER BY id
LIMIT 1)sql",
        {organization});
    return rows.empty() ? std::nullopt : std::optional(rows.front().id<WorkspaceId>(0));
}

void lock_organization(store::Transaction& transaction, const OrganizationId& id) {
    const auto count = transaction.execute(
        R"sql(
UPDATE organization
SET name = name
WHERE id = $1)sql",
        {id});
    if (count == 0)
        throw none(id);
}

}  // namespace caas::access
