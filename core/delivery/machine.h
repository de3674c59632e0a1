// The decisions of the engine, without the world: given a post, its journal and what just happened,
// what is true now and what is to be done next. The engine and the simulator both run this.
//
// Pure functions: no clock, no store, no network; they change the values they are given. Nothing is
// ever sent again on a guess: a step is repeated only when the platform makes the repeat harmless,
// when it is certain that it was not there, or when the account's owner chose so beforehand.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/backoff.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/delivery/attempt.h"
#include "core/delivery/doubt.h"
#include "core/delivery/post.h"
#include "core/delivery/state.h"

namespace caas::delivery {

// What the account wants.
struct Policy {
    bool is_active = true;
    bool is_gone = false;  // disconnected: nothing may be left waiting for it
    Milliseconds catch_up = std::chrono::hours(24);
    bool resends = false;  // when a step stays in doubt after two looks a minute apart
};

struct Pace {
    int most_tries = 8;
    Backoff backoff{std::chrono::seconds(30), std::chrono::hours(1)};
    // How long after each look that could not tell the next one comes; then a person decides.
    std::array<Milliseconds, 3> looks{
        std::chrono::minutes(1), std::chrono::minutes(10), std::chrono::hours(1)};
    // A post is on time within this, however short the account's window is, and so is one that
    // waits for its turn within this after the window.
    Milliseconds least_window = std::chrono::minutes(1);
    Milliseconds least_wait = std::chrono::seconds(1);
    Milliseconds most_wait = std::chrono::hours(24);
};

enum class Next : std::uint8_t {
    ask,      // the driver for its next step
    repeat,   // the step in doubt, byte for byte
    perform,  // the journal's last step (begun, or going on from its cursor)
    look,     // at the platform for the step in doubt
    refresh,  // the account's credentials
    rest,     // nothing: the lane is freed
};

enum class Hold : std::uint8_t { none, restricted, sign_in };

struct Verdict {
    Event event = Event::advance;
    Next next = Next::rest;
    Hold hold = Hold::none;
};

class Machine {
  public:
    explicit Machine(Random& random, Pace pace = {}) : random_(random), pace_(pace) {}

    // A post is due and its lane is about to be taken.
    Verdict open(Post& post, const Journal& journal, const Policy& policy, Instant now) const;
    // The step that the verdict `ask` or `repeat` led to is written down. The post is `publishing`.
    void begin(Post& post, Journal& journal, Attempt step, Instant now) const;
    // The step to send again, as it was, for Next::repeat.
    static Attempt repeated(const Journal& journal);
    // The journal's last step ended.
    Verdict after_step(
        Post& post,
        Journal& journal,
        const Outcome& outcome,
        const Policy& policy,
        bool was_refreshed,
        Instant now) const;
    // Somebody looked for the step in doubt.
    Verdict after_sight(
        Post& post, Journal& journal, const Sight& sight, const Policy& policy, Instant now) const;
    // The credentials are new (nullptr), or could not be had.
    Verdict after_refresh(
        Post& post,
        const Journal& journal,
        const Outcome* problem,
        const Policy& policy,
        Instant now) const;
    // The driver has no further step.
    Verdict finish(Post& post, Instant now) const;
    // The driver or our own data cannot go on.
    Verdict give_up(
        Post& post,
        const Journal& journal,
        const std::string& code,
        const std::string& message,
        Instant now) const;
    // Nothing was sent, for a reason of our own that may pass.
    Verdict put_off(
        Post& post,
        const Journal& journal,
        const std::string& code,
        const std::string& message,
        const Policy& policy,
        Instant now) const;
    // The engine stops between two steps, or before the journal's last step was begun.
    Verdict give_back(
        Post& post, Journal& journal, bool was_begun, const Policy& policy, Instant now) const;
    // The engine that held the lane under `fence` is dead. nullopt: the post needs nothing.
    std::optional<Verdict> after_death(
        Post& post, Journal& journal, std::int64_t fence, const Policy& policy, Instant now) const;

  private:
    bool is_late(const Post& post, const Policy& policy, Instant at) const;
    Verdict advance(Post& post, const Attempt& step, Instant now) const;
    Verdict try_again(
        Post& post,
        const Journal& journal,
        const Policy& policy,
        std::optional<Instant> at,
        Instant now) const;
    Verdict hold(
        Post& post, const Journal& journal, Hold hold, const Outcome& why, Instant now) const;

    Random& random_;
    Pace pace_;
};

}  // namespace caas::delivery
