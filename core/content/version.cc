#include "core/content/version.h"

#include <array>

#include "core/base/error.h"

namespace caas::content {
namespace {

constexpr std::array<std::string_view, 4> origins{"written", "generated", "restored", "imported"};

Origin origin_of(std::string_view name) {
    for (std::size_t i = 0; i < origins.size(); ++i) {
        if (origins[i] == name)
            return static_cast<Origin>(i);
    }
    throw Error(Code::storage_corrupt, "A version has an unknown origin", "Look with: caas doctor");
}

std::optional<Version> first_of(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_version(rows.front(), 0));
}

}  // namespace

std::string_view name(Origin origin) {
    return origins[static_cast<std::size_t>(origin)];
}

Version read_version(const store::Row& row, std::size_t first) {
    auto version = read_version_facts(row, first);
    version.body = parse_body(row.text(first + body_column));
    return version;
}

Version read_version_facts(const store::Row& row, std::size_t first) {
    Version version;
    version.id = row.id<VersionId>(first);
    version.workspace = row.id<WorkspaceId>(first + 1);
    version.content = row.id<ContentId>(first + 2);
    version.number = row.integer(first + 3);
    version.digest = row.text(first + 5);
    auto& making = version.making;
    making.origin = origin_of(row.text(first + 6));
    making.restored_from = row.maybe_integer(first + 7);
    if (!row.is_null(first + 8))
        making.person = row.id<PersonId>(first + 8);
    making.provider = row.maybe_text(first + 9);
    making.model = row.maybe_text(first + 10);
    making.brief = row.maybe_text(first + 11);
    making.template_name = row.maybe_text(first + 12);
    making.template_digest = row.maybe_text(first + 13);
    making.input_tokens = row.maybe_integer(first + 14);
    making.output_tokens = row.maybe_integer(first + 15);
    making.latency_ms = row.maybe_integer(first + 16);
    making.cost_microdollars = row.maybe_integer(first + 17);
    version.created_at = row.instant(first + 18);
    return version;
}

std::optional<Version> find_version(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::int64_t number) {
    return first_of(reader.query(
        R"sql(
SELECT v.id, v.workspace_id, v.content_id, v.number, v.body, v.digest, v.origin, v.restored_from,
    v.person_id, v.provider, v.model, v.brief, v.template, v.template_digest, v.input_tokens,
    v.output_tokens, v.latency_ms, v.cost_microdollars, v.created_at
FROM version v
JOIN content c ON c.id = v.content_id
WHERE v.workspace_id = $1 AND v.content_id = $2 AND v.number = $3 AND c.deleted_at IS NULL)sql",
        {workspace, content, number}));
}

std::optional<Version> find_version(
    store::Reader& reader, const WorkspaceId& workspace, const VersionId& id) {
    return first_of(reader.query(
        R"sql(
SELECT v.id, v.workspace_id, v.content_id, v.number, v.body, v.digest, v.origin, v.restored_from,
    v.person_id, v.provider, v.model, v.brief, v.template, v.template_digest, v.input_tokens,
    v.output_tokens, v.latency_ms, v.cost_microdollars, v.created_at
FROM version v
WHERE v.workspace_id = $1 AND v.id = $2)sql",
        {workspace, id}));
}

store::Slice<Version> list_versions(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const ContentId& content,
    const store::Page& page) {
    const store::PagedList list{.name = "versions", .owner = content.text(), .shape = "n"};
    const auto keys = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT v.id, v.workspace_id, v.content_id, v.number, v.body, v.digest, v.origin, v.restored_from,
    v.person_id, v.provider, v.model, v.brief, v.template, v.template_digest, v.input_tokens,
    v.output_tokens, v.latency_ms, v.cost_microdollars, v.created_at
FROM version v
JOIN content c ON c.id = v.content_id
WHERE v.workspace_id = $1 AND v.content_id = $2 AND c.deleted_at IS NULL
  AND (CAST($3 AS BIGINT) IS NULL OR v.number < $3)
ORDER BY v.number DESC
LIMIT $4)sql",
        {workspace, content, keys[0], store::rows_for(page)});
    std::vector<Version> versions;
    for (const auto& row : rows)
        versions.push_back(read_version(row, 0));
    return store::slice(
        std::move(versions), page, list, [](const Version& v) { return store::Values{v.number}; });
}

void insert_version(store::Transaction& transaction, const Version& version) {
    const auto& making = version.making;
    transaction.execute(
        R"sql(
INSERT INTO version (id, workspace_id, content_id, number, body, digest, origin, restored_from,
    person_id, provider, model, brief, template, template_digest, input_tokens, output_tokens,
    latency_ms, cost_microdollars, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
)sql",
        {version.id,
         version.workspace,
         version.content,
         version.number,
         canonical(version.body),
         version.digest,
         name(making.origin),
         making.restored_from,
         making.person,
         making.provider,
         making.model,
         making.brief,
         making.template_name,
         making.template_digest,
         making.input_tokens,
         making.output_tokens,
         making.latency_ms,
         making.cost_microdollars,
         version.created_at});
}

}  // namespace caas::content
