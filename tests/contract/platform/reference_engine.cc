#include "tests/contract/platform/reference_engine.h"

#include <variant>

#include "core/base/error.h"

namespace caas::contract {
namespace {

constexpr int most_performances = 60;
constexpr int most_looks = 3;

using platform::Entry;
using platform::Outcome;
using platform::Sight;
using platform::Step;
using platform::StepState;

// The oldest entry of this step and part that may have made something.
const Entry* oldest_open(const platform::Journal& journal, const Step& step) {
    for (const auto& entry : journal) {
        const bool is_open = entry.state == StepState::unknown || entry.state == StepState::started;
        if (entry.step == step.name && entry.part == step.part && is_open)
            return &entry;
    }
    return nullptr;
}

}  // namespace

End Engine::run() {
    while (performances < most_performances) {
        const auto step = driver.next(publication, journal, access, tools);
        if (!step)
            return End::published;
        if (const auto end = do_step(*step))
            return *end;
    }
    return End::failed;
}

std::optional<End> Engine::do_step(const Step& step) {
    Entry entry;
    entry.number = static_cast<int>(journal.size()) + 1;
    entry.step = step.name;
    entry.part = step.part;
    entry.prepared = step.prepared;
    entry.started_at = tools.clock.now();
    // A repeat goes on where the step in doubt had come to.
    if (const auto* open = oldest_open(journal, step))
        entry.cursor = open->cursor;
    journal.push_back(entry);

    auto outcome = perform(step);
    while (auto* on = std::get_if<platform::Continue>(&outcome)) {
        journal.back().cursor = on->cursor;
        outcome = perform(step);
    }
    if (auto* done = std::get_if<platform::Done>(&outcome)) {
        journal.back().remote_id = done->remote_id;
        journal.back().url = done->url;
        journal.back().cursor = done->cursor;
        mark(StepState::done);
        return std::nullopt;
    }
    if (auto* already = std::get_if<platform::Already>(&outcome)) {
        journal.back().remote_id = already->remote_id;
        journal.back().url = already->url;
        journal.back().cursor = already->cursor;
        mark(StepState::done);
        return std::nullopt;
    }
    if (auto* later = std::get_if<platform::Later>(&outcome)) {
        mark(StepState::failed);
        const auto left = later->at - tools.clock.now();
        if (left <= Milliseconds::zero() || left > std::chrono::hours(24))
            return End::failed;
        wait(left);
        return settle(step);
    }
    if (auto* not_sent = std::get_if<platform::NotSent>(&outcome)) {
        last_code = not_sent->code;
        journal.back().code = not_sent->code;
        mark(StepState::failed);
        wait(std::chrono::seconds(30));
        return settle(step);
    }
    if (auto* sign_in = std::get_if<platform::NeedsSignIn>(&outcome)) {
        last_code = sign_in->code;
        mark(StepState::failed);
        if (sign_in->can_refresh && refresh())
            return settle(step);
        needs_sign_in = true;
        return oldest_open(journal, step) != nullptr ? End::unknown : End::failed;
    }
    if (auto* refused = std::get_if<platform::Refused>(&outcome)) {
        last_code = refused->code;
        mark(StepState::failed);
        return oldest_open(journal, step) != nullptr ? End::unknown : End::failed;
    }
    if (auto* unknown = std::get_if<platform::Unknown>(&outcome)) {
        last_code = unknown->code;
        mark(StepState::unknown);
        return settle(step);
    }
    return End::failed;
}

Outcome Engine::perform(const Step& step) {
    auto outcome = driver.perform(publication, step, journal, access, tools);
    if (performances++ == killed_at) {
        wait(pause_after_kill);  // until somebody starts it again
        return platform::Unknown{"interrupted", ""};
    }
    return outcome;
}

// Finds out about what is in doubt; nullopt once the way is free.
std::optional<End> Engine::settle(const Step& step) {
    for (int looks = 0; oldest_open(journal, step) != nullptr; ++looks) {
        const auto sight = driver.look(publication, journal, access, tools);
        if (const auto* there = std::get_if<platform::There>(&sight)) {
            mark_open(StepState::failed);
            journal.back().remote_id = there->remote_id;
            journal.back().url = there->url;
            journal.back().cursor = there->cursor;
            mark(StepState::done);
            return std::nullopt;
        }
        if (std::holds_alternative<platform::Absent>(sight)) {
            mark_open(StepState::failed);
            return std::nullopt;
        }
        if (may_repeat(step)) {
            auto again = step;
            again.prepared = oldest_open(journal, step)->prepared;
            return performances < most_performances ? do_step(again) : End::unknown;
        }
        if (looks == most_looks)
            return End::unknown;
        wait(std::chrono::minutes(1));
    }
    return std::nullopt;
}

bool Engine::may_repeat(const Step& step) const {
    const auto* open = oldest_open(journal, step);
    return step.is_repeatable &&
           (!step.repeatable_for || tools.clock.now() < open->started_at + *step.repeatable_for);
}

void Engine::wait(Milliseconds duration) {
    tools.clock.sleep(duration, {});
}

void Engine::mark(StepState state) {
    journal.back().state = state;
}

void Engine::mark_open(StepState state) {
    for (auto& entry : journal) {
        if (entry.state == StepState::unknown || entry.state == StepState::started)
            entry.state = state;
    }
}

bool Engine::refresh() {
    if (driver.refresh == nullptr)
        return false;
    try {
        access.credentials = driver.refresh(access, tools);
        return true;
    } catch (const Error& error) {
        last_code = facts(error.code()).name;
        return false;
    }
}

}  // namespace caas::contract
