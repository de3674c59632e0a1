#include "core/media/medium.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/store/fragment.h"
#include "core/text/utf8.h"

namespace caas::media {
namespace {

constexpr store::FragmentQueries by_fragment{
    .by_beginning = R"sql(
SELECT id FROM medium
WHERE workspace_id = $1 AND id >= $2 AND id < $3
ORDER BY id
LIMIT 5)sql",
    .by_end = R"sql(
SELECT id FROM medium
WHERE workspace_id = $1 AND id LIKE $2
ORDER BY id
LIMIT 5)sql"};

std::optional<std::string> or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

Medium read_medium(const store::Row& row) {
    Medium medium;
    medium.id = row.id<MediumId>(0);
    medium.workspace = row.id<WorkspaceId>(1);
    medium.digest = row.text(2);
    medium.source_digest = row.text(3);
    medium.name = row.text(4);
    medium.alt = row.text(5);
    medium.type = row.text(6);
    medium.size = row.integer(7);
    medium.width = static_cast<int>(row.integer(8));
    medium.height = static_cast<int>(row.integer(9));
    medium.duration = Milliseconds(row.integer(10));
    medium.frames = static_cast<int>(row.integer(11));
    medium.frame_rate = row.is_null(12) ? 0 : row.real(12);
    medium.codec = row.maybe_text(13).value_or("");
    medium.audio_codec = row.maybe_text(14).value_or("");
    if (const auto notes = json::try_parse(row.text(15)); notes && notes->is_array()) {
        for (const auto& note : *notes) {
            if (note.is_string())
                medium.notes.push_back(note.get<std::string>());
        }
    }
    medium.created_at = row.instant(16);
    medium.updated_at = row.instant(17);
    return medium;
}

std::optional<Medium> first_of(const store::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(read_medium(rows.front()));
}

// Continuation bytes of UTF-8 belong to what stands before them.
bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

void check_alt(std::string_view alt) {
    text::require(alt, "The alt text");
    if (alt.size() > most_alt_bytes)
        throw Error(
            Code::invalid,
            "The alt text is longer than " + std::to_string(most_alt_bytes) + " bytes",
            "say in a sentence or two what is to be seen",
            {{"/alt", "alt.too_long", "is too long"}});
}

std::string clean_name(std::string_view given) {
    const auto slash = given.find_last_of("/\\");
    if (slash != std::string_view::npos)
        given.remove_prefix(slash + 1);
    std::string out;
    for (const char c : given) {
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        if (!is_control && (out.size() < most_name_bytes || is_continuation(c)))
            out += c;
    }
    if (out.empty() || out.size() > most_name_bytes + 4 || !text::is_utf8(out))
        return "medium";
    return out;
}

void insert(store::Transaction& transaction, const Medium& medium) {
    std::optional<double> rate;
    if (medium.frame_rate > 0)
        rate = medium.frame_rate;
    transaction.execute(
        R"sql(
INSERT INTO medium (id, workspace_id, digest, source_digest, name, alt, type, size, width, height,
    duration_ms, frames, frame_rate, codec, audio_codec, notes, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18))sql",
        {medium.id,
         medium.workspace,
         medium.digest,
         medium.source_digest,
         medium.name,
         medium.alt,
         medium.type,
         medium.size,
         medium.width,
         medium.height,
         medium.duration.count(),
         medium.frames,
         rate,
         or_none(medium.codec),
         or_none(medium.audio_codec),
         json::dump(Json(medium.notes)),
         medium.created_at,
         medium.updated_at});
}

std::optional<Medium> find_by_source(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view source_digest) {
    return first_of(reader.query(
        R"sql(
SELECT id, workspace_id, digest, source_digest, name, alt, type, size, width, height, duration_ms,
    frames, frame_rate, codec, audio_codec, notes, created_at, updated_at
FROM medium
WHERE workspace_id = $1 AND source_digest = $2)sql",
        {workspace, source_digest}));
}

std::optional<Medium> find(
    store::Reader& reader, const WorkspaceId& workspace, const MediumId& id) {
    return first_of(reader.query(
        R"sql(
SELECT id, workspace_id, digest, source_digest, name, alt, type, size, width, height, duration_ms,
    frames, frame_rate, codec, audio_codec, notes, created_at, updated_at
FROM medium
WHERE workspace_id = $1 AND id = $2)sql",
        {workspace, id}));
}

Medium get(store::Reader& reader, const WorkspaceId& workspace, std::string_view who) {
    const auto id = store::find_by_fragment(reader, by_fragment, workspace, who, "medium");
    auto medium = id ? find(reader, workspace, MediumId(*id)) : std::nullopt;
    if (!medium)
        throw Error(
            Code::not_found,
            "There is no medium " + std::string(who.substr(0, 64)),
            "List what there is with: caas media list");
    return *std::move(medium);
}

store::Slice<Medium> list(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page) {
    const store::PagedList list{.name = "media", .owner = workspace.text(), .shape = "i"};
    const auto keys = store::decode_cursor(page.cursor, list);
    std::vector<Medium> items;
    for (const auto& row : reader.query(
             R"sql(
SELECT id, workspace_id, digest, source_digest, name, alt, type, size, width, height, duration_ms,
    frames, frame_rate, codec, audio_codec, notes, created_at, updated_at
FROM medium
WHERE workspace_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
ORDER BY id DESC
LIMIT $3)sql",
             {workspace, keys.at(0), store::rows_for(page)}))
        items.push_back(read_medium(row));
    return store::slice(std::move(items), page, list, [](const Medium& medium) {
        return store::Values{medium.id};
    });
}

Medium change(
    store::Transaction& transaction,
    const Medium& medium,
    const std::optional<std::string>& alt,
    const std::optional<std::string>& name,
    Instant now) {
    auto changed = medium;
    if (alt) {
        check_alt(*alt);
        changed.alt = *alt;
    }
    if (name)
        changed.name = clean_name(*name);
    changed.updated_at = now;
    transaction.execute(
        R"sql(
UPDATE medium
SET alt = $3, name = $4, updated_at = $5
WHERE workspace_id = $1 AND id = $2)sql",
        {changed.workspace, changed.id, changed.alt, changed.name, now});
    return changed;
}

void remove(store::Transaction& transaction, const Medium& medium) {
    transaction.execute(
        "DELETE FROM medium WHERE workspace_id = $1 AND id = $2", {medium.workspace, medium.id});
}

void keep_rendition(
    store::Transaction& transaction,
    const MediumId& medium,
    const Rendition& rendition,
    Instant now) {
    transaction.execute(
        R"sql(
INSERT INTO rendition (medium_id, recipe, digest, type, size, width, height, note, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (medium_id, recipe) DO UPDATE
SET digest = $3, type = $4, size = $5, width = $6, height = $7, note = $8)sql",
        {medium,
         rendition.recipe,
         rendition.digest,
         rendition.type,
         rendition.size,
         rendition.width,
         rendition.height,
         rendition.note,
         now});
}

std::optional<Rendition> find_rendition(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const MediumId& medium,
    std::string_view recipe) {
    const auto rows = reader.query(
        R"sql(
SELECT r.recipe, r.digest, r.type, r.size, r.width, r.height, r.note
FROM rendition r
JOIN medium m ON m.id = r.medium_id
WHERE m.workspace_id = $1 AND r.medium_id = $2 AND r.recipe = $3)sql",
        {workspace, medium, recipe});
    if (rows.empty())
        return std::nullopt;
    const auto& row = rows.front();
    return Rendition{
        row.text(0),
        row.text(1),
        row.text(2),
        row.integer(3),
        static_cast<int>(row.integer(4)),
        static_cast<int>(row.integer(5)),
        row.text(6)};
}

std::int64_t used_bytes(store::Reader& reader, const OrganizationId& organization) {
    const auto rows = reader.query(
        R"sql(
SELECT CAST(coalesce(sum(size), 0) AS BIGINT)
FROM (SELECT DISTINCT m.digest, m.size
    FROM medium m
    JOIN workspace w ON w.id = m.workspace_id
    WHERE w.organization_id = $1) AS own)sql",
        {organization});
    return rows.front().integer(0);
}

}  // namespace caas::media
