// What changed in an organization: posts, contents, accounts. Read from the times that are kept
// with them, so that nobody writes a line more for it, the engine least of all: the window of posts
// that may change (due since yesterday, or later) is walked by the index that the calendar has, and
// what was due earlier and is published only now by another. Not told of a post due earlier: that
// it was canceled, taken back, failed or missed.
//
// A cursor is a moment and a digest of what changed just before it. Writers that were slow to
// commit show up later with an earlier time, so each look goes back a little and compares digests:
// a change is told at least once, and may be told twice. Cursors hold for all daemons on one
// database and survive their restarts. Functions over a reader; they keep no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::flow {

struct Change {
    std::string_view kind;  // "post", "content", "account"
    std::string id;
    WorkspaceId workspace;
    std::string state;  // of a content "present" or "deleted"
    Instant updated_at{};
};

struct Changes {
    std::vector<Change> items;  // in the order of their times
    // Too much changed, or the cursor is too old: whatever is shown has to be read again.
    bool must_read_again = false;
    std::string cursor;
};

// The cursor of this moment.
std::string feed_start(Instant now);

// What changed since `cursor`. `only`: of one workspace. Throws Error(invalid) for a cursor that
// was not given out here.
Changes feed_after(
    store::Reader& reader,
    const OrganizationId& organization,
    const std::optional<WorkspaceId>& only,
    std::string_view cursor,
    Instant now);

}  // namespace caas::flow
