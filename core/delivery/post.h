// A post: one version to be sent to one account at one time. Only post.cc writes the table `post`,
// turn.cc in it who waits, and removal.cc what was taken back; every change of a state asks the
// table of state.h.
//
// Plain data and functions over a reader or a transaction. Functions that take a workspace act in
// it only; the others are the engine's, across tenants.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/delivery/state.h"
#include "core/store/connection.h"

namespace caas::delivery {

struct Post {
    PostId id;
    WorkspaceId workspace;
    AccountId account;
    ContentId content;
    VersionId version;
    std::string platform;
    std::string account_name;         // read only, for people
    std::int64_t version_number = 0;  // read only, for people
    PostState state = PostState::scheduled;
    Instant due_at{};
    std::optional<Instant> wake_at;  // when an engine takes it up; nullopt: it does not
    std::string local_time;          // as the person wrote it, with `zone`
    std::string zone;
    std::string time_note;  // "moved_forward", "first_of_two"
    int tries = 0;          // that failed since the last progress
    int looks = 0;          // at the step that is in doubt
    int parts = 1;
    int parts_published = 0;
    std::string remote_id;  // of the first part
    std::string url;
    std::string code;  // why it is in this state
    std::string message;
    Instant created_at{};
    Instant updated_at{};
    std::optional<Instant> settled_at;
    std::optional<SeriesId> series;  // that it is an occurrence of
    std::string occurrence;  // which one: its local time by the rule, wherever it is moved to
    std::optional<Instant> removed_at;  // taken back at its platform after it was published

    // Nothing is left to send, though a platform may still be at work on it.
    bool is_out_whole() const { return parts_published >= parts; }
};

// Puts it into a state, in memory.
void enter(Post& post, PostState state, Instant now);

// What a person or a plan gives; the rest is the engine's.
struct NewPost {
    PostId id;
    WorkspaceId workspace;
    AccountId account;
    ContentId content;
    VersionId version;
    std::string platform;
    std::string account_name{};       // for what insert_posts gives back
    std::int64_t version_number = 0;  // likewise
    int parts = 1;
    Instant due_at{};
    std::string local_time{};
    std::string zone{};
    std::string time_note{};
    bool is_draft = false;
    bool account_is_active = true;  // else it waits as `paused`
    std::optional<SeriesId> series = std::nullopt;
    std::string occurrence = {};
};

void insert_post(store::Transaction& transaction, const NewPost& post, Instant now);
// The same for many; gives them as they are stored.
std::vector<Post> insert_posts(
    store::Transaction& transaction, const std::vector<NewPost>& posts, Instant now);

// Throws Error(not_found).
Post get_post(store::Reader& reader, const WorkspaceId& workspace, const PostId& id);
std::optional<Post> find_post(store::Reader& reader, const PostId& id);
// By the whole id, or any unique beginning or end of it of at least 4 characters. Throws Error:
// not_found, conflict (several fit).
PostId resolve_post(store::Reader& reader, const WorkspaceId& workspace, std::string_view fragment);
// Whether the post of this occurrence of a series is there, whatever its state.
bool has_occurrence(
    store::Reader& reader,
    const WorkspaceId& workspace,
    const SeriesId& series,
    std::string_view occurrence);

// Writes what changed between `before`, which was read in this transaction or is guarded by a lane,
// and `after`. Throws Error(internal) when the table does not allow it, Error(conflict) when the
// post is no longer in the state of `before`.
void save(store::Transaction& transaction, const Post& before, const Post& after, Event event);

// A post whose lane an engine holds (or has just taken), and how it passes on.
struct Saving {
    const Post* before = nullptr;
    const std::vector<std::pair<Event, Post>>* passages = nullptr;
};

// Writes what an engine changes of posts. Says which were still as in `before`: the others were not
// touched. Throws Error(internal) when the table does not allow a passage.
std::vector<bool> save_held(store::Transaction& transaction, std::span<const Saving> savings);

// Which posts of an account `save_all` means.
enum class Touched : std::uint8_t { any, yes, no };  // whether a step was ever written down

// The same for all posts of an account in a state. `wake_at` nullopt: none; gives the number.
std::int64_t save_all(
    store::Transaction& transaction,
    const AccountId& account,
    PostState from,
    PostState to,
    Event event,
    Touched touched,
    Instant now);

// Pins another version. Only before the first step; the caller has checked.
void save_version(
    store::Transaction& transaction,
    const PostId& post,
    const VersionId& version,
    int parts,
    Instant now);

// What a post says that waits for its turn (turn.h), and none that waits for anything else.
constexpr std::string_view waiting_code = "rate_limited";

// When the last post went out; nullopt: none has.
std::optional<Instant> last_published(store::Reader& reader);

// What is out without an id, mostly by a person's word.
struct Seen {
    WorkspaceId workspace;
    VersionId version;  // what it says
    std::string url;    // empty where nobody knows one
};

// What other posts became on their platform.
struct Made {
    std::vector<std::string> names;  // ids, and addresses of what has an id
    std::vector<Seen> seen;          // out since the time that was asked for
};

// Of the other posts of these accounts since then; a few older ones may be among them.
Made made_by_others(
    store::Reader& reader, const Post& post, std::span<const AccountId> accounts, Instant since);

// The first post that wants an engine of each account that has one, in no order; without the
// account's name and the version's number. In one account it is the one that woke first, of several
// that woke together the one that was due first.
std::vector<Post> first_posts(store::Reader& reader, std::span<const AccountId> accounts);

// Reads the columns that `post_columns` names, in their order.
std::string_view post_select();
Post read_post(const store::Row& row);

}  // namespace caas::delivery
