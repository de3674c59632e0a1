// The journal: each step of a delivery, written down before the network is touched and again when
// its outcome is known. Append-only but for the outcome of a row that was started.
//
// Plain data and functions over a transaction; a table row per step.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::delivery {

enum class AttemptState : std::uint8_t {
    started,   // written down, its outcome is not known (yet)
    done,      // the platform has it
    failed,    // certain that it made nothing
    unknown,   // it may have made something
    observed,  // what an engine saw that had lost its lane; evidence, never a decision
};

// How a step ended, in more words than its state.
enum class Ending : std::uint8_t {
    done,
    already,   // the platform says that an equal one exists
    go_on,     // goes on from a cursor
    later,     // not now
    refused,   // never
    held,      // the account is restricted
    sign_in,   // the credentials are refused
    not_sent,  // certain that nothing arrived
    unknown,   // may have been made
    there,     // a look found it
    absent,    // a look found that it is certainly not there, or a person said so
    returned,  // never begun: the engine stopped first
};

std::string_view name(AttemptState state);
std::string_view name(Ending ending);
// What a step is that ended so.
AttemptState state_after(Ending ending);

// What came of performing one step.
struct Outcome {
    Ending ending = Ending::unknown;
    std::string remote_id;
    std::string url;
    std::string cursor;
    std::string code;
    std::string message;
    std::optional<Instant> at;    // for `later`
    bool is_for_account = false;  // for `later`: the account's other posts wait as well
    bool can_refresh = false;     // for `sign_in`
};

struct Attempt {
    AttemptId id;
    PostId post;
    int number = 0;  // given by insert_attempt; of an intent, foreseen by whoever begins it
    std::string step;
    int part = 0;
    AttemptState state = AttemptState::started;
    std::optional<Ending> ending;
    bool is_repeatable = false;
    std::optional<Instant> repeatable_until;
    bool publishes = false;
    EngineId engine;
    std::int64_t fence = 0;  // of the lane under which it was made
    std::string prepared;    // byte for byte what is sent; of an observation: the id of its row
    std::string remote_id;
    std::string url;
    std::string cursor;
    std::string code;
    std::string message;
    Instant started_at{};
    std::optional<Instant> ended_at;
};

using Journal = std::vector<Attempt>;

// Every row of a post in the order it was written, observations included.
Journal read_journal(store::Reader& reader, const PostId& post);
// The same for several; those without a row are left out.
std::map<PostId, Journal> read_journals(store::Reader& reader, std::span<const PostId> posts);
// Numbers the row; throws Error(conflict) when the number is taken by then.
void insert_attempt(store::Transaction& transaction, Attempt& attempt);
// The same for several, whose numbers the caller foresaw.
void insert_attempts(store::Transaction& transaction, std::span<Attempt* const> attempts);
// Writes what came of it. False when there is no such row.
bool update_attempt(store::Transaction& transaction, const Attempt& attempt);
std::vector<bool> update_attempts(
    store::Transaction& transaction, std::span<const Attempt* const> attempts);
std::optional<AttemptState> attempt_state(
    store::Reader& reader, const PostId& post, const AttemptId& id);

}  // namespace caas::delivery
