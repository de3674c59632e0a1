// The media of a workspace: what is known of each, apart from its bytes. Functions over a reader or
// a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/media/probe.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::media {

constexpr std::size_t most_alt_bytes = 10'000;  // platforms take far less
constexpr std::size_t most_name_bytes = 255;

struct Medium {
    MediumId id;
    WorkspaceId workspace;
    std::string digest;         // SHA-256 of the file as it is kept
    std::string source_digest;  // of the file as it came
    std::string name;           // what it was called, for people
    std::string alt;            // for people who cannot see it
    std::string type;
    std::int64_t size = 0;
    int width = 0;
    int height = 0;
    Milliseconds duration{};
    int frames = 1;
    double frame_rate = 0;  // 0: none
    std::string codec;
    std::string audio_codec;
    std::vector<std::string> notes;  // what was done to it, "location.removed"
    Instant created_at{};
    Instant updated_at{};

    bool is_video() const { return type.starts_with("video/"); }
};

// One file made from a medium, for platforms that do not take it as it is, or to show it small.
struct Rendition {
    std::string recipe;  // of what was asked for
    std::string digest;
    std::string type;
    std::int64_t size = 0;
    int width = 0;
    int height = 0;
    std::string note;  // what was done, for people
};

// Throws Error(invalid) for a text that is not UTF-8 or too long.
void check_alt(std::string_view alt);
// The last part of a path or name, without control characters and not too long; "medium" when
// nothing is left.
std::string clean_name(std::string_view given);

void insert(store::Transaction& transaction, const Medium& medium);
// The one that came from a file with this digest.
std::optional<Medium> find_by_source(
    store::Reader& reader, const WorkspaceId& workspace, std::string_view source_digest);
std::optional<Medium> find(store::Reader& reader, const WorkspaceId& workspace, const MediumId& id);
// By its id or a part of it. Throws Error: not_found, conflict.
Medium get(store::Reader& reader, const WorkspaceId& workspace, std::string_view who);
// Newest first.
store::Slice<Medium> list(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page);
// What is not given stays. Throws Error(invalid).
Medium change(
    store::Transaction& transaction,
    const Medium& medium,
    const std::optional<std::string>& alt,
    const std::optional<std::string>& name,
    Instant now);
// The file goes later, once nobody else has it.
void remove(store::Transaction& transaction, const Medium& medium);

// In the place of an earlier one of the same recipe.
void keep_rendition(
    store::Transaction& transaction,
    const MediumId& medium,
    const Rendition& rendition,
    Instant now);
std::optional<Rendition> find_rendition(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const MediumId& medium,
    std::string_view recipe);

// How many bytes the media of an organization take, each file once; renditions are not counted.
std::int64_t used_bytes(store::Reader& reader, const OrganizationId& organization);

}  // namespace caas::media
