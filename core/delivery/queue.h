// Questions about posts: lists for people, numbers for `caas status` and /readyz.
//
// Functions over a reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/delivery/post.h"
#include "core/delivery/state.h"
#include "core/store/connection.h"
#include "core/store/page.h"

namespace caas::delivery {

enum class Order : std::uint8_t {
    newest,  // made last first
    due,     // due first first
};

struct Filter {
    std::optional<PostState> state{};
    std::optional<AccountId> account{};
    std::optional<ContentId> content{};
    std::optional<Instant> from{};  // due at or after
    std::optional<Instant> to{};    // due before
    std::optional<SeriesId> series{};
    Order order = Order::newest;
};

// Throws Error(invalid) for a cursor that was not given out here.
store::Slice<Post> list_posts(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const Filter& filter,
    const store::Page& page);

// When the posts of an account that wait, or went out, are due, from `from` on and before `to`.
std::vector<Instant> due_times(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const AccountId& account,
    Instant from,
    Instant to);

// What an account sends, or sent, at a time.
struct DueParts {
    Instant due_at{};
    std::int64_t parts = 0;  // that are not out yet, or all of a post that went out
};

// The same posts with what they count at their platform, in the order of their times.
std::vector<DueParts> due_parts(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const AccountId& account,
    Instant from,
    Instant to);

// A post that went out, for whoever asks the platform about it later.
struct Published {
    PostId post;
    WorkspaceId workspace;
    AccountId account;
    std::string platform;
    Instant at{};
};

// Across tenants: what was published from `from` on and behind `after` where both are of the same
// moment, in that order.
std::vector<Published> published_since(
    store::Reader& reader, Instant from, const PostId& after, int most);

struct QueueFacts {
    std::int64_t waiting = 0;      // wants an engine, now or later
    std::int64_t due = 0;          // wants one now
    std::int64_t in_hand = 0;      // an engine works on it
    std::int64_t unconfirmed = 0;  // a person may have to decide
    std::optional<Instant> next_due;
    Milliseconds lateness{};  // of the post that waits longest
};

// Across tenants: the installation's queue.
QueueFacts queue_facts(store::Reader& reader, Instant now);
// Of one workspace.
QueueFacts queue_facts(store::Reader& reader, const WorkspaceId& workspace, Instant now);

}  // namespace caas::delivery
