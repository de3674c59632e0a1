// When the numbers of a published post are asked for: soon and often while they move, seldom later,
// and after a month no more. A round is one look; each post has at most one that waits.
//
// Functions over a reader or a transaction, across tenants; plain data. What is asked, and of whom,
// is flow/measure.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/store/connection.h"

namespace caas::metric {

struct Round {
    PostId post;
    WorkspaceId workspace;
    int number = 0;  // 0-based
    int tries = 0;   // of this round, that failed
    Instant published_at{};
    Instant held_until{};
};

// The age a post has when the round is due; nullopt after the last one. Pure.
std::optional<Milliseconds> age_at(int number);
// The first round from `number` on whose time has not passed by more than the one after it: what
// was missed while nobody looked is not made up for. nullopt: all are over. Pure.
std::optional<int> round_after(int number, Instant published_at, Instant now);

// Makes the first round of a post that has none yet and is young enough.
void enroll(
    store::Transaction& transaction,
    const PostId& post,
    const WorkspaceId& workspace,
    Instant published_at,
    Instant now);

// Takes at most `most` rounds that are due. Each is one caller's for two minutes, so that several
// daemons do not ask for the same; who needs longer holds it meanwhile.
std::vector<Round> claim_rounds(store::Transaction& transaction, Instant now, int most);
// Whether it is the caller's for a minute at least, which the slowest call does not take. Pure.
bool is_held(const Round& round, Instant now);
// Makes it the caller's for two minutes from now on; false when another has taken it meanwhile.
bool hold_round(store::Transaction& transaction, Round& round, Instant now);
// It was answered: the next one waits for its time.
void finish_round(store::Transaction& transaction, const Round& round, Instant now);
// It failed and is tried again at `again`; after the third failure the next round is waited for.
void postpone_round(
    store::Transaction& transaction,
    const Round& round,
    Instant again,
    const std::string& problem,
    Instant now);
// The post is asked for no more.
void end_rounds(store::Transaction& transaction, const PostId& post, const std::string& problem);

// When there is something to ask for; nullopt: nothing waits.
std::optional<Instant> next_round(store::Reader& reader);

// How far published posts were looked through for new ones; nullopt: never.
std::optional<Instant> enrolled_until(store::Reader& reader);
void set_enrolled_until(store::Transaction& transaction, Instant until);

}  // namespace caas::metric
