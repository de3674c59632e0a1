#include "core/content/content.h"

#include "core/base/error.h"
#include "core/content/search.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::content {
namespace {

constexpr std::size_t content_width = 6;

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT id FROM content
WHERE workspace_id = $1 AND id >= $2 AND id < $3 AND deleted_at IS NULL
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM content
WHERE workspace_id = $1 AND id LIKE $2 AND deleted_at IS NULL
ORDER BY id
LIMIT 5)sql"};

Content read_facts(const store::Row& row) {
    Content content;
    content.id = row.id<ContentId>(0);
    content.workspace = row.id<WorkspaceId>(1);
    content.title = row.text(2);
    content.latest = row.integer(3);
    content.created_at = row.instant(4);
    content.updated_at = row.instant(5);
    content.version = read_version_facts(row, content_width);
    return content;
}

Unread read_unread(const store::Row& row) {
    return {read_facts(row), row.text(content_width + body_column)};
}

Content read_content(const store::Row& row) {
    auto content = read_facts(row);
    content.version.body = parse_body(row.text(content_width + body_column));
    return content;
}

Error none(std::string_view id) {
    return {
        Code::not_found,
        "There is no content " + std::string(id.substr(0, 64)),
        "List what there is with: caas content list"};
}

void check_title(std::string_view title) {
    text::require(title, "The title");
    if (title.empty() || title.size() > most_title_bytes ||
        title.find_first_of("\r\n") != std::string_view::npos)
        throw Error(
            Code::invalid,
            "A title is one line of 1 to " + std::to_string(most_title_bytes) + " bytes",
            {},
            {{"/title", "title.form", "is not one short line"}});
}

Version next_version(const Content& content, IdMaker& ids, Instant now, const Draft& draft) {
    Version version;
    version.id = ids.make<VersionId>();
    version.workspace = content.workspace;
    version.content = content.id;
    version.number = content.latest + 1;
    version.body = draft.body;
    version.digest = digest(draft.body);
    version.making = draft.making;
    version.created_at = now;
    return version;
}

void update_row(store::Transaction& transaction, const Content& before, const Content& content) {
    transaction.execute(
        R"sql(
UPDATE content
SET title = $3, latest = $4, updated_at = $5
WHERE workspace_id = $1 AND id = $2)sql",
        {content.workspace, content.id, content.title, content.latest, content.updated_at});
    forget_words(transaction, content.workspace, content.id, before.title, before.version.body);
    keep_words(transaction, content.workspace, content.id, content.title, content.version.body);
}

}  // namespace

Content create(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    const Draft& draft,
    const std::optional<std::string>& title) {
    check(draft.body);
    if (title)
        check_title(*title);
    Content content;
    content.id = ids.make<ContentId>();
    content.workspace = workspace;
    content.title = title.value_or(title_of(draft.body));
    content.created_at = now;
    content.updated_at = now;
    content.version = next_version(content, ids, now, draft);
    content.latest = content.version.number;
    transaction.execute(
        R"sql(
INSERT INTO content (id, workspace_id, title, latest, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6))sql",
        {content.id, workspace, content.title, content.latest, now, now});
    insert_version(transaction, content.version);
    keep_words(transaction, workspace, content.id, content.title, draft.body);
    return content;
}

std::optional<Content> find(
    store::Reader& reader, const WorkspaceId& workspace, const ContentId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT c.id, c.workspace_id, c.title, c.latest, c.created_at, c.updated_at,
    v.id, v.workspace_id, v.content_id, v.number, v.body, v.digest, v.origin, v.restored_from,
    v.person_id, v.provider, v.model, v.brief, v.template, v.template_digest, v.input_tokens,
    v.output_tokens, v.latency_ms, v.cost_microdollars, v.created_at
FROM content c
JOIN version v ON v.content_id = c.id AND v.number = c.latest
WHERE c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL)sql",
        {workspace, id});
    return rows.empty() ? std::nullopt : std::optional(read_content(rows.front()));
}

std::optional<std::int64_t> latest_of(
    store::Reader& reader, const WorkspaceId& workspace, const ContentId& id) {
    const auto rows = reader.query(
        R"sql(
SELECT latest
FROM content
WHERE workspace_id = $1
    AND id = $2
    AND deleted_at IS NULL)sql",
        {workspace, id});
    return rows.empty() ? std::nullopt : std::optional(rows[0].integer(0));
}

Content get(store::Reader& reader, const WorkspaceId& workspace, const ContentId& id) {
    auto content = find(reader, workspace, id);
    if (!content)
        throw none(id.text());
    return *std::move(content);
}

ContentId resolve(store::Reader& reader, const WorkspaceId& workspace, std::string_view fragment) {
    auto id = store::find_by_fragment(reader, by_fragment, workspace, fragment, "content");
    if (!id)
        throw none(fragment);
    return ContentId(*std::move(id));
}

store::Slice<Content> list(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page) {
    auto unread = list_unread(reader, workspace, page);
    store::Slice<Content> read;
    for (auto& one : unread.items) {
        one.content.version.body = parse_body(one.body);
        read.items.push_back(std::move(one.content));
    }
    read.next_cursor = std::move(unread.next_cursor);
    return read;
}

store::Slice<Unread> list_unread(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page) {
    const store::PagedList list{.name = "contents", .owner = workspace.text(), .shape = "i"};
    const auto keys = store::decode_cursor(page.cursor, list);
    const auto rows = reader.query(
        R"sql(
SELECT c.id, c.workspace_id, c.title, c.latest, c.created_at, c.updated_at,
    v.id, v.workspace_id, v.content_id, v.number, v.body, v.digest, v.origin, v.restored_from,
    v.person_id, v.provider, v.model, v.brief, v.template, v.template_digest, v.input_tokens,
    v.output_tokens, v.latency_ms, v.cost_microdollars, v.created_at
FROM content c
JOIN version v ON v.content_id = c.id AND v.number = c.latest
WHERE c.workspace_id = $1 AND c.deleted_at IS NULL
  AND (CAST($2 AS TEXT) IS NULL OR c.id < $2)
ORDER BY c.id DESC
LIMIT $3)sql",
        {workspace, keys[0], store::rows_for(page)});
    std::vector<Unread> contents;
    contents.reserve(rows.size());
    for (const auto& row : rows)
        contents.push_back(read_unread(row));
    return store::slice(std::move(contents), page, list, [](const Unread& u) {
        return store::Values{u.content.id};
    });
}

void require_latest(const Content& content, std::int64_t expected) {
    if (expected != content.latest)
        throw Error(
            Code::stale,
            "The content has version " + std::to_string(content.latest) +
                " by now; the change was made to version " + std::to_string(expected),
            "Look at the newest version and make the change again.");
}

Version add_version(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    const ContentId& content,
    const Draft& draft) {
    const auto found = get(transaction, workspace, content);
    check(draft.body);
    auto version = next_version(found, ids, now, draft);
    if (version.digest == found.version.digest)
        return found.version;
    insert_version(transaction, version);
    auto edited = found;
    // A title that was taken from the text follows it, one that was given stays.
    if (found.title == title_of(found.version.body))
        edited.title = title_of(draft.body);
    edited.latest = version.number;
    edited.updated_at = now;
    edited.version = version;
    update_row(transaction, found, edited);
    return version;
}

Version restore(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    const ContentId& content,
    std::int64_t number,
    const std::optional<PersonId>& person) {
    const auto found = get(transaction, workspace, content);
    const auto old = find_version(transaction, workspace, content, number);
    if (!old)
        throw Error(
            Code::not_found,
            "The content has no version " + std::to_string(number),
            "It has versions 1 to " + std::to_string(found.latest) + ".");
    if (old->digest == found.version.digest)
        throw Error(
            Code::conflict,
            "Version " + std::to_string(number) + " says what the newest version says already");
    Draft draft;
    draft.body = old->body;
    draft.making.origin = Origin::restored;
    draft.making.restored_from = number;
    draft.making.person = person;
    return add_version(transaction, workspace, ids, now, content, draft);
}

void rename(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    Instant now,
    const ContentId& content,
    std::string_view title) {
    check_title(title);
    const auto found = get(transaction, workspace, content);
    auto renamed = found;
    renamed.title = std::string(title);
    renamed.updated_at = now;
    update_row(transaction, found, renamed);
}

void remove(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    Instant now,
    const ContentId& content) {
    std::optional<Content> found;
    try {
        found = find(transaction, workspace, content);
    } catch (const Error& e) {
        // A damaged one can be deleted all the same; its words find nothing then.
        if (e.code() != Code::storage_corrupt)
            throw;
    }
    const auto count = transaction.execute(
        R"sql(
UPDATE content
SET deleted_at = $3, updated_at = $3
WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL)sql",
        {workspace, content, now});
    if (count == 0)
        throw none(content.text());
    if (found)
        forget_words(transaction, workspace, content, found->title, found->version.body);
}

}  // namespace caas::content
