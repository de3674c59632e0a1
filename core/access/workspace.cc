#include "core/access/name.h"
#include "core/access/tenancy.h"
#include "core/base/error.h"
#include "core/base/time_zone.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::access {
namespace {

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT id FROM workspace
WHERE organization_id = $1 AND id >= $2 AND id < $3
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM workspace
WHERE organization_id = $1 AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

Workspace read_workspace(const store::Row& row) {
    return {
        row.id<WorkspaceId>(0),
        row.id<OrganizationId>(1),
        row.text(2),
        row.text(3),
        row.instant(4)};
}

std::optional<Workspace> first_of(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_workspace(rows.front()));
}

store::Rows workspaces_called(
    store::Reader& reader, const OrganizationId& organization, std::string_view name) {
    return reader.query(
        R"sql(
SELECT id, organization_id, name, zone, created_at FROM workspace
WHERE organization_id = $1 AND name = $2)sql",
        {organization, name});
}

void check_free(
    store::Reader& reader,
    const OrganizationId& organization,
    std::string_view name,
    const WorkspaceId& itself) {
    const auto other = first_of(workspaces_called(reader, organization, name));
    if (other && other->id != itself)
        throw Error(
            Code::conflict, "There is already a workspace named " + std::string(name), {}, {});
}

}  // namespace

void check_zone(std::string_view zone) {
    if (is_zone(zone))
        return;
    const auto nearest = nearest_zone(zone);
    throw Error(
        Code::invalid,
        "There is no time zone \"" + std::string(zone.substr(0, 64)) + "\"",
        nearest.empty() ? "Use an IANA name such as Europe/Berlin."
                        : "Did you mean " + nearest + "?",
        {{"/zone", "zone.unknown", "is not an IANA time zone"}});
}

Error no_workspace(std::string_view id_or_name) {
    return {
        Code::not_found,
        "There is no workspace " + text::repaired(id_or_name.substr(0, 64)),
        "List what there is with: caas workspace list"};
}

bool is_called(const Workspace& workspace, std::string_view id_or_name) {
    if (workspace.name == id_or_name)
        return true;
    const auto id = workspace.id.text();
    std::string typed(id_or_name);
    for (char& c : typed) {
        if (c >= 'A' && c <= 'F')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return typed.size() >= store::least_fragment && (id.starts_with(typed) || id.ends_with(typed));
}

Workspace create_workspace(
    store::Transaction& transaction,
    IdMaker& ids,
    Instant now,
    const OrganizationId& organization,
    std::string_view name,
    std::string_view zone) {
    check_name(name, "The name of a workspace");
    check_zone(zone);
    check_free(transaction, organization, name, {});
    Workspace workspace{
        ids.make<WorkspaceId>(), organization, std::string(name), std::string(zone), now};
    transaction.execute(
        R"sql(
INSERT INTO workspace (id, organization_id, name, zone, created_at)
VALUES ($1, $2, $3, $4, $5))sql",
        {workspace.id, organization, workspace.name, workspace.zone, now});
    return workspace;
}

Workspace change_workspace(
    store::Transaction& transaction,
    const OrganizationId& organization,
    const WorkspaceId& id,
    const std::optional<std::string>& name,
    const std::optional<std::string>& zone) {
    if (name) {
        check_name(*name, "The name of a workspace");
        check_free(transaction, organization, *name, id);
    }
    if (zone)
        check_zone(*zone);
    auto changed = first_of(transaction.query(
        R"sql(
UPDATE workspace
SET name = COALESCE(CAST($3 AS TEXT), name), zone = COALESCE(CAST($4 AS TEXT), zone)
WHERE organization_id = $1 AND id = $2
RETURNING id, organization_id, name, zone, created_at)sql",
        {organization, id, name, zone}));
    if (!changed)
        throw no_workspace(id.text());
    return *changed;
}

void delete_workspace(
    store::Transaction& transaction, const OrganizationId& organization, const WorkspaceId& id) {
    const auto count = transaction.execute(
        R"sql(
DELETE FROM workspace
WHERE organization_id = $1 AND id = $2)sql",
        {organization, id});
    if (count == 0)
        throw no_workspace(id.text());
}

std::optional<Workspace> find_workspace(
    store::Reader& reader, const OrganizationId& organization, const WorkspaceId& id) {
    return first_of(reader.query(
        R"sql(
SELECT id, organization_id, name, zone, created_at FROM workspace
WHERE organization_id = $1 AND id = $2)sql",
        {organization, id}));
}

Workspace get_workspace(
    store::Reader& reader, const OrganizationId& organization, std::string_view id_or_name) {
    const auto id = store::find_by_id_or_name(
        reader,
        by_fragment,
        organization,
        id_or_name,
        workspaces_called(reader, organization, id_or_name),
        "workspace");
    auto found = id ? find_workspace(reader, organization, WorkspaceId(*id)) : std::nullopt;
    if (!found)
        throw no_workspace(id_or_name);
    return *found;
}

store::Slice<Workspace> list_workspaces(
    store::Reader& reader, const OrganizationId& organization, const store::Page& page) {
    const store::PagedList list{.name = "workspaces", .owner = organization.text(), .shape = "i"};
    const auto after = store::decode_cursor(page.cursor, list);
    std::vector<Workspace> workspaces;
    const auto rows = reader.query(
        R"sql(
SELECT id, organization_id, name, zone, created_at FROM workspace
WHERE organization_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR id > $2)
ORDER BY id
LIMIT $3)sql",
        {organization, after.at(0), store::rows_for(page)});
    for (const auto& row : rows)
        workspaces.push_back(read_workspace(row));
    return store::slice(std::move(workspaces), page, list, [](const Workspace& workspace) {
        return store::Values{workspace.id};
    });
}

}  // namespace caas::access
