// Content: one idea that will be posted. It has a title for lists, versions (version.h) and words
// that find it (search.h). Deleting hides it; its versions stay for the posts made of them.
//
// Plain data and functions over a reader or a transaction, each within one workspace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/content/body.h"
#include "core/content/version.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::content {

constexpr std::size_t most_title_bytes = 1000;

struct Content {
    ContentId id;
    WorkspaceId workspace;
    std::string title;
    std::int64_t latest = 0;  // number of the newest version
    Instant created_at{};
    Instant updated_at{};
    Version version;  // the newest
};

// One whose body nobody needs to understand, because it is passed on as it is.
struct Unread {
    Content content;   // its version's body is empty
    std::string body;  // canonical() of it
};

// What a new version is made of.
struct Draft {
    Body body;
    Making making;
};

// A content with its first version. Without a title it is called after its text (title_of), and
// goes on being so in later versions. Throws Error: invalid, too_large.
Content create(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    const Draft& draft,
    const std::optional<std::string>& title = std::nullopt);

// nullopt when there is none, or it is deleted.
std::optional<Content> find(
    store::Reader& reader, const WorkspaceId& workspace, const ContentId& id);
// The same; throws Error(not_found).
Content get(store::Reader& reader, const WorkspaceId& workspace, const ContentId& id);
// The number of its newest version, without reading it; nullopt as above.
std::optional<std::int64_t> latest_of(
    store::Reader& reader, const WorkspaceId& workspace, const ContentId& id);
// The id that is, begins or ends with a text of at least 4 characters. Throws Error: not_found,
// conflict when several fit.
ContentId resolve(store::Reader& reader, const WorkspaceId& workspace, std::string_view fragment);

// Newest first.
store::Slice<Content> list(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page);
store::Slice<Unread> list_unread(
    store::Reader& reader, const WorkspaceId& workspace, const store::Page& page);

// Throws Error(stale) unless its newest version has the number `expected`, which whoever changes it
// has seen.
void require_latest(const Content& content, std::int64_t expected);

// A new version that becomes the newest; equal to the newest, nothing is stored and that one is
// given back. Throws Error: not_found, invalid, too_large.
Version add_version(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    const ContentId& content,
    const Draft& draft);

// A new version with the body of an old one. Throws Error: not_found, conflict when it is the
// newest already.
Version restore(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    IdMaker& ids,
    Instant now,
    const ContentId& content,
    std::int64_t number,
    const std::optional<PersonId>& person = std::nullopt);

// Throws Error: not_found, invalid.
void rename(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    Instant now,
    const ContentId& content,
    std::string_view title);

// Hides it from lists, search and history. Throws Error(not_found).
void remove(
    store::Transaction& transaction,
    const WorkspaceId& workspace,
    Instant now,
    const ContentId& content);

}  // namespace caas::content
