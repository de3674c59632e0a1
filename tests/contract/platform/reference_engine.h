// The smallest engine that keeps the contract of core/platform/driver.h: it writes a step down,
// performs it, writes the outcome, looks when it is unknown, and repeats only what may be repeated.
// No store and no threads: for finding out what drivers do. It waits on the clock it is given.
#pragma once

#include <string>

#include "core/platform/driver.h"

namespace caas::contract {

enum class End { published, failed, unknown };

struct Engine {
    const platform::Driver& driver;
    platform::Access access;
    platform::Publication publication;
    platform::Tools tools;
    platform::Journal journal{};
    // The outcome of this many-th performance is lost, as when the program is killed; -1: none.
    int killed_at = -1;
    Milliseconds pause_after_kill = std::chrono::minutes(3);
    int performances = 0;
    std::string last_code{};
    bool needs_sign_in = false;

    End run();

  private:
    // nullopt: ask the driver again.
    std::optional<End> do_step(const platform::Step& step);
    platform::Outcome perform(const platform::Step& step);
    std::optional<End> settle(const platform::Step& step);
    bool may_repeat(const platform::Step& step) const;
    void wait(Milliseconds duration);
    void mark(platform::StepState state);
    void mark_open(platform::StepState state);
    bool refresh();
};

}  // namespace caas::contract
