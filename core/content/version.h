// Immutable snapshots of a content, numbered from 1. The newest is what people edit; posts pin one
// by its id and find it for ever, also when the content was deleted.
//
// Plain data and functions over a reader or a transaction, each within one workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/content/body.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::content {

enum class Origin : std::uint8_t { written, generated, restored, imported };

std::string_view name(Origin origin);

// Who or what made a version, and what that took.
struct Making {
    Origin origin = Origin::written;
    std::optional<std::int64_t> restored_from;  // number of the version
    std::optional<PersonId> person;
    std::optional<std::string> provider;
    std::optional<std::string> model;
    std::optional<std::string> brief;  // JSON object: what was asked for
    std::optional<std::string> template_name;
    std::optional<std::string> template_digest;
    std::optional<std::int64_t> input_tokens;
    std::optional<std::int64_t> output_tokens;
    std::optional<std::int64_t> latency_ms;
    std::optional<std::int64_t> cost_microdollars;
};

struct Version {
    VersionId id;
    WorkspaceId workspace;
    ContentId content;
    std::int64_t number = 0;
    Body body;
    std::string digest;
    Making making;
    Instant created_at{};
};

// The version with this number of a content that is not deleted.
std::optional<Version> find_version(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const ContentId& content,
    std::int64_t number);

// A version by its id, also of a deleted content: what a post was made of stays on record.
std::optional<Version> find_version(
    store::Reader& reader, const WorkspaceId& workspace, const VersionId& id);

// The history of a content that is not deleted, newest first.
store::Slice<Version> list_versions(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const ContentId& content,
    const store::Page& page);

// Writes the row as it is; numbering and bounds are content.cc's, the only caller.
void insert_version(store::Transaction& transaction, const Version& version);

// Reads the columns of `version_columns` (see version.cc), the first of them at `first`.
Version read_version(const store::Row& row, std::size_t first);
// The same without its body, which is column `first + body_column`.
Version read_version_facts(const store::Row& row, std::size_t first);

constexpr std::size_t body_column = 4;

// How many columns that are.
constexpr std::size_t version_width = 19;

}  // namespace caas::content
