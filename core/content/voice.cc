#include "core/content/voice.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/blank.h"
#include "core/text/utf8.h"

namespace caas::content {
namespace {

Voice read_voice(const store::Row& row) {
    return {
        row.id<VoiceId>(0),
        row.id<WorkspaceId>(1),
        row.text(2),
        row.text(3),
        row.instant(4),
        row.instant(5)};
}

void check_voice(std::string_view name, std::string_view text) {
    text::require(name, "The name of the voice");
    text::require(text, "The text of the voice");
    if (text::is_blank(name) || name.size() > most_voice_name_bytes ||
        name.find_first_of("\r\n") != std::string_view::npos || name == "." || name == "..")
        throw Error(
            Code::invalid,
            "The name of a voice is one line of 1 to " + std::to_string(most_voice_name_bytes) +
                " bytes, and neither `.` nor `..`",
            "give it another one",
            {{"/name", "voice.name", "is not one short line"}});
    if (text::is_blank(text) || text.size() > most_voice_bytes)
        throw Error(
            Code::invalid,
            "The text of a voice has 1 to " + std::to_string(most_voice_bytes) + " bytes",
            "say in a few sentences how it should sound",
            {{"/text", "voice.text", "is empty or too long"}});
}

}  // namespace

std::vector<Voice> list_voices(store::Reader& reader, const WorkspaceId& workspace) {
    std::vector<Voice> voices;
    for (const auto& row : reader.query(
             R"sql(
SELECT id, workspace_id, name, text, created_at, updated_at
FROM voice
WHERE workspace_id = $1
ORDER BY name)sql",
             {workspace}))
        voices.push_back(read_voice(row));
    return voices;
}

store::Slice<Voice> list_voices(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page) {
    const store::PagedList list{.name = "voices", .owner = workspace.text(), .shape = "t"};
    const auto after = store::decode_cursor(page.cursor, list);
    std::vector<Voice> voices;
    for (const auto& row : reader.query(
             R"sql(
SELECT id, workspace_id, name, text, created_at, updated_at
FROM voice
WHERE workspace_id = $1
  AND (CAST($2 AS TEXT) IS NULL OR name > $2)
ORDER BY name
LIMIT $3)sql",
             {workspace, after.at(0), store::rows_for(page)}))
        voices.push_back(read_voice(row));
    return store::slice(std::move(voices), page, list, [](const Voice& voice) {
        return store::Values{voice.name};
    });
}

std::optional<Voice> find_voice(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view name) {
    const auto rows = reader.query(
        R"sql(
SELECT id, workspace_id, name, text, created_at, updated_at
FROM voice
WHERE workspace_id = $1 AND name = $2)sql",
        {workspace, name});
    return rows.empty() ? std::nullopt : std::optional(read_voice(rows.front()));
}

Voice get_voice(store::Reader& reader, const WorkspaceId& workspace, std::string_view name_or_id) {
    auto voices = list_voices(reader, workspace);
    // The id of one may be the name of another.
    const auto with_id = std::ranges::find(voices, VoiceId(name_or_id), &Voice::id);
    if (with_id != voices.end())
        return std::move(*with_id);
    std::string names;
    for (auto& voice : voices) {
        if (voice.name == name_or_id)
            return std::move(voice);
        names += (names.empty() ? "" : ", ") + voice.name;
    }
    throw Error(
        Code::not_found,
        "There is no voice " + text::repaired(name_or_id.substr(0, most_voice_name_bytes)),
        names.empty() ? "Make one with: caas voice set NAME" : "There are: " + names);
}

Voice set_voice(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    std::string_view name,
    std::string_view text) {
    check_voice(name, text);
    return read_voice(transaction
                          .query(
                              R"sql(
INSERT INTO voice (id, workspace_id, name, text, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (workspace_id, name) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at
RETURNING id, workspace_id, name, text, created_at, updated_at)sql",
                              {ids.make<VoiceId>(), workspace, name, text, now})
                          .at(0));
}

void remove_voice(
    store::Transaction& transaction, const WorkspaceId& workspace, std::string_view name_or_id) {
    const auto voice = get_voice(transaction, workspace, name_or_id);
    transaction.execute(
        "DELETE FROM voice WHERE workspace_id = $1 AND id = $2", {workspace, voice.id});
}

}  // namespace caas::content
