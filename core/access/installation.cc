#include "core/access/installation.h"

#include "core/base/error.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

// $1 has no meaning across tenants; it keeps the parameters in their places.
constexpr store::FragmentQueries people_by_fragment{
    .by_beginning = R"sql(
SELECT id FROM person
WHERE CAST($1 AS BIGINT) = 0 AND id >= $2 AND id < $3
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM person
WHERE CAST($1 AS BIGINT) = 0 AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

constexpr store::FragmentQueries organizations_by_fragment{
    .by_beginning = R"sql(
SELECT id FROM organization
WHERE CAST($1 AS BIGINT) = 0 AND id >= $2 AND id < $3
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM organization
WHERE CAST($1 AS BIGINT) = 0 AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

Person read_person(const store::Row& row) {
    return {
        row.id<PersonId>(0),
        row.maybe_text(1),
        row.text(2),
        row.instant(3),
        row.maybe_instant(4),
        row.truth(5)};
}

Organization read_organization(const store::Row& row) {
    return {
        row.id<OrganizationId>(0), row.text(1), row.text(2), row.instant(3), row.maybe_instant(4)};
}

Error none(std::string_view what, std::string_view who, std::string_view command) {
    return {
        Code::not_found,
        "There is no " + std::string(what) + " " + text::repaired(who.substr(0, 64)),
        "list what there is with: " + std::string(command)};
}

// Of the organization `o`: it is not disabled, and one of its owners may sign in.
constexpr std::string_view open_condition = R"sql(o.disabled_at IS NULL AND EXISTS (
    SELECT m.person_id FROM member m
    JOIN person p ON p.id = m.person_id
    WHERE m.organization_id = o.id AND m.role = 'owner' AND p.disabled_at IS NULL))sql";

std::vector<OrganizationId> ids_in(const store::Rows& rows) {
    std::vector<OrganizationId> out;
    out.reserve(rows.size());
    for (const auto& row : rows)
        out.push_back(row.id<OrganizationId>(0));
    return out;
}

}  // namespace

store::Slice<ListedPerson> list_people(store::Reader& reader, const store::Page& page) {
    const store::PagedList list{.name = "people", .owner = {}, .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT p.id, p.email, p.name, p.created_at, p.disabled_at, p.is_installation_owner,
    (SELECT count(*) FROM member m WHERE m.person_id = p.id),
    (SELECT count(*) FROM token t WHERE t.person_id = p.id AND t.revoked_at IS NULL)
FROM person p
WHERE (CAST($1 AS TEXT) IS NULL OR p.id > $1)
ORDER BY p.id
LIMIT $2)sql",
        {after.at(0), store::rows_for(page)});
    std::vector<ListedPerson> out;
    for (const auto& row : rows)
        out.push_back({read_person(row), row.integer(6), row.integer(7)});
    return store::slice(std::move(out), page, list, [](const ListedPerson& listed) {
        return store::Values{listed.person.id};
    });
}

store::Slice<ListedOrganization> list_organizations(
    store::Reader& reader, const store::Page& page) {
    const store::PagedList list{.name = "organizations", .owner = {}, .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT o.id, o.name, o.slug, o.created_at, o.disabled_at,
    (SELECT count(*) FROM member m WHERE m.organization_id = o.id),
    (SELECT count(*) FROM workspace w WHERE w.organization_id = o.id)
FROM organization o
WHERE (CAST($1 AS TEXT) IS NULL OR o.id > $1)
ORDER BY o.id
LIMIT $2)sql",
        {after.at(0), store::rows_for(page)});
    std::vector<ListedOrganization> out;
    for (const auto& row : rows)
        out.push_back({read_organization(row), row.integer(5), row.integer(6)});
    return store::slice(std::move(out), page, list, [](const ListedOrganization& listed) {
        return store::Values{listed.organization.id};
    });
}

Person get_any_person(store::Reader& reader, std::string_view who) {
    const auto rows = reader.query(
        R"sql(
SELECT id, email, name, created_at, disabled_at, is_installation_owner FROM person
WHERE email = lower($1))sql",
        {who});
    if (!rows.empty())
        return read_person(rows.front());
    const auto id = store::find_by_fragment(reader, people_by_fragment, 0, who, "person");
    auto found = id ? find_person(reader, PersonId(*id)) : std::nullopt;
    if (!found)
        throw none("person", who, "caas admin users");
    return *std::move(found);
}

Organization get_any_organization(store::Reader& reader, std::string_view who) {
    const auto named = reader.query("SELECT id FROM organization\nWHERE slug = $1", {who});
    const auto id =
        store::find_by_id_or_name(reader, organizations_by_fragment, 0, who, named, "organization");
    auto found = id ? find_organization(reader, OrganizationId(*id)) : std::nullopt;
    if (!found)
        throw none("organization", who, "caas admin organizations");
    return *std::move(found);
}

std::vector<OrganizationId> organizations_of(store::Reader& reader, const PersonId& person) {
    const auto rows = reader.query(
        R"sql(
SELECT organization_id FROM member
WHERE person_id = $1
ORDER BY organization_id)sql",
        {person});
    return ids_in(rows);
}

bool is_shut(store::Reader& reader, const OrganizationId& organization) {
    const auto sql =
        "SELECT o.id FROM organization o\nWHERE o.id = $1 AND " + std::string(open_condition);
    return reader.query(sql, {organization}).empty();
}

std::vector<OrganizationId> shut_organizations(store::Reader& reader) {
    const auto sql = "SELECT o.id FROM organization o\nWHERE NOT (" + std::string(open_condition) +
                     ")\nORDER BY o.id";
    return ids_in(reader.query(sql, {}));
}

bool has_installation_owner_in(
    store::Reader& reader, const OrganizationId& organization, const PersonId& person) {
    return !reader
                .query(
                    R"sql(
SELECT m.person_id FROM member m
JOIN person p ON p.id = m.person_id
WHERE m.organization_id = $1 AND (p.is_installation_owner = 1 OR p.id = $2)
LIMIT 1)sql",
                    {organization, person})
                .empty();
}

void set_disabled(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const std::optional<Instant>& since) {
    transaction.execute(
        R"sql(
UPDATE organization
SET disabled_at = $2
WHERE id = $1)sql",
        {organization, since});
}

void set_disabled(
    store::Transaction& transaction, const PersonId& person, const std::optional<Instant>& since) {
    transaction.execute(
        R"sql(
UPDATE person
SET disabled_at = $2
WHERE id = $1)sql",
        {person, since});
}

}  // namespace caas::access
