// Brand voices: named texts that tell a model how an organization speaks. One name, one voice,
// within a workspace.
//
// Plain data and functions over a reader or a transaction, each within one workspace.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::content {

constexpr std::size_t most_voice_bytes = 10'000;
constexpr std::size_t most_voice_name_bytes = 100;

struct Voice {
    VoiceId id;
    WorkspaceId workspace;
    std::string name;
    std::string text;
    Instant created_at{};
    Instant updated_at{};
};

// By name; there are few.
std::vector<Voice> list_voices(store::Reader& reader, const WorkspaceId& workspace);
store::Slice<Voice> list_voices(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page);

std::optional<Voice> find_voice(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view name);
// By its whole id or by its name; throws Error(not_found) that names the voices there are.
Voice get_voice(store::Reader& reader, const WorkspaceId& workspace, std::string_view name_or_id);

// Makes a voice, or gives an old one a new text. Throws Error(invalid).
Voice set_voice(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    std::string_view name,
    std::string_view text);

// Throws Error(not_found).
void remove_voice(
    store::Transaction& transaction, const WorkspaceId& workspace, std::string_view name_or_id);

}  // namespace caas::content
