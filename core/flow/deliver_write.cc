// What is written of a post in an engine's hands: its claim and its outcome, and what becomes of
// its account and its budgets with them.
#include <algorithm>
#include <map>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/stop_point.h"
#include "core/delivery/change.h"
#include "core/delivery/lane.h"
#include "core/delivery/turn.h"
#include "core/flow/admit.h"
#include "core/flow/deliver.h"

namespace caas::flow {
namespace {

using delivery::Ending;
using delivery::Event;
using delivery::Next;
using delivery::Outcome;
using delivery::PostState;

// How many of the parts that the claim paid for were not tried under its lane.
int unused_parts(const Work& work) {
    int begun = work.post.parts_published;
    for (const auto& step : work.journal) {
        if (step.publishes && step.fence == work.lane->fence && step.ending != Ending::returned)
            begun = std::max(begun, step.part + 1);
    }
    return std::clamp(work.post.parts - begun, 0, work.paid);
}

}  // namespace

// Stops the account, unless somebody else has by now.
void Deliverer::halt(
    store::Transaction& transaction, const Work& work, const delivery::Policy& policy) const {
    if (!work.stop || !policy.is_active)
        return;
    doors_.stop(transaction, work.post.account, *work.stop);
    delivery::pause_posts(transaction, work.post.account, work.post.updated_at);
}

// Puts the post off when its budget is spent. Only what sends something costs something: a look at
// what is out whole does not, and whoever is too late for the lane gets it back.
bool Deliverer::may_start(
    store::Transaction& transaction, Work& work, std::map<std::string_view, int>& beside) const {
    work.lane.reset();
    work.paid = 0;
    work.is_put_off = false;
    const auto& before = work.change.before();
    if (!work.change.intent || !doors_.admit || before.is_out_whole())
        return true;
    int& others = beside[work.driver->id];
    const auto wait = doors_.admit(transaction, before, *work.driver, others);
    work.is_put_off = wait.has_value();
    if (wait) {
        const delivery::PutOff put_off{wait->at, wait->why, wait->pace};
        delivery::save_wait(transaction, before, put_off, clock_.now());
        return false;
    }
    work.paid = price_of(before);
    work.paid_at = clock_.now();
    ++others;
    return true;
}

void Deliverer::refund(store::Transaction& transaction, const Work& work, int parts) const {
    if (parts > 0 && doors_.refund)
        doors_.refund(transaction, work.post, *work.driver, parts, clock_.now() - work.paid_at);
}

// A post that rests before its last part pays for the others when it is taken up again. One that
// is over leaves them to those who wait behind it.
void Deliverer::settle_up(store::Transaction& transaction, const Work& work) const {
    const int unused = work.change.frees_lane ? unused_parts(work) : 0;
    if (unused == 0)
        return;
    refund(transaction, work, unused);
    if (!delivery::is_settled(work.post.state))
        return;
    delivery::wake_those_behind(transaction, work.post, clock_.now());
    delivery::reset_lane(transaction, work.post.account);
}

std::vector<delivery::Claiming> Deliverer::claimings_of(
    store::Transaction& transaction, std::span<Work* const> works) const {
    std::vector<delivery::Claiming> claimings;
    claimings.reserve(works.size());
    std::map<std::string_view, int> beside;
    for (auto* work : works) {
        stop_point("claim.begun");
        if (may_start(transaction, *work, beside))
            claimings.push_back({work->seen, &work->change});
    }
    return claimings;
}

void Deliverer::claimed(
    store::Transaction& transaction,
    std::span<Work* const> works,
    std::span<const delivery::Claiming> claimings) const {
    auto claiming = claimings.begin();
    for (auto* one : works) {
        auto& work = *one;
        if (work.is_put_off)
            continue;
        work.lane = (claiming++)->lane;
        if (!work.lane) {
            refund(transaction, work, work.paid);
            continue;
        }
        if (work.change.intent)
            work.journal.back() = *work.change.intent;
        if (work.stop)
            halt(transaction, work, doors_.policy(transaction, work.post.account));
        stop_point("claim.written");
    }
}

void Deliverer::claim(store::Transaction& transaction, std::span<Work* const> works) const {
    auto claimings = claimings_of(transaction, works);
    ledger_.claim(transaction, claimings);
    claimed(transaction, works, claimings);
}

bool Deliverer::claim(store::Transaction& transaction, Work& work) const {
    auto* one = &work;
    claim(transaction, std::span(&one, 1));
    return work.lane.has_value();
}

void Deliverer::heed(store::Transaction& transaction, Work& work) const {
    // The old tokens may be spent: the new ones count, whoever has the lane.
    if (work.fresh && !doors_.renew)
        doors_.keep(transaction, work.post.account, *work.fresh);
    stop_point("record.begun");
    // What is settled asks no more of its account.
    if (delivery::is_settled(work.post.state) && !work.stop)
        return;
    const bool was_active = work.policy.is_active;
    work.policy = doors_.policy(transaction, work.post.account);
    if (work.policy.is_active) {
        if (!was_active)
            wake(work);
        return;
    }
    withhold(transaction, work);
    if (!work.post.wake_at)
        return;
    work.post.wake_at.reset();
    const bool is_doubtful = work.post.state == PostState::unconfirmed;
    if (!is_doubtful)
        work.post.state = PostState::paused;
    work.change.pass(is_doubtful ? Event::doubt : Event::pause, work.post);
}

// No further step is begun for an account that is paused or gone. One that goes on from its cursor
// was begun before, and a look sends nothing.
void Deliverer::withhold(store::Transaction& transaction, Work& work) const {
    auto& intent = work.change.intent;
    if (!intent && work.next != Next::refresh)
        return;
    // Durable by an earlier try of this transaction, so it is begun.
    if (intent && delivery::attempt_state(transaction, intent->post, intent->id))
        return;
    if (intent)
        work.journal.pop_back();
    intent.reset();
    const auto verdict =
        machine_.give_back(work.post, work.journal, true, work.policy, clock_.now());
    work.next = verdict.next;
    work.change.frees_lane = true;
    work.change.pass(verdict.event, work.post);
}

// The account is active again: nobody else wakes what was put away here meanwhile.
void Deliverer::wake(Work& work) const {
    if (work.next != Next::rest || work.post.wake_at || work.stop)
        return;
    work.post.wake_at = clock_.now();
    const bool is_doubtful = work.post.state == PostState::unconfirmed;
    if (!is_doubtful)
        work.post.state = PostState::retrying;
    work.change.pass(is_doubtful ? Event::doubt : Event::wait, work.post);
}

// The lane is another's: what was seen is evidence.
void Deliverer::observe(store::Transaction& transaction, Work& work) const {
    work.is_lost = true;
    const auto* outcome = std::get_if<Outcome>(&work.heard);
    if (outcome == nullptr || work.change.outcomes.empty() || outcome->ending == Ending::go_on)
        return;
    if (work.observation.empty())
        work.observation = ids_.make<AttemptId>();
    ledger_.observe(
        transaction,
        work.change.outcomes.back(),
        *outcome,
        work.observation,
        doors_.policy(transaction, work.post.account),
        clock_.now());
}

std::vector<delivery::Recording> Deliverer::recordings_of(
    store::Transaction& transaction, std::span<Work* const> works) const {
    std::vector<delivery::Recording> recordings;
    recordings.reserve(works.size());
    for (auto* work : works) {
        heed(transaction, *work);
        recordings.push_back({&*work->lane, &work->change});
    }
    return recordings;
}

void Deliverer::recorded(
    store::Transaction& transaction,
    std::span<Work* const> works,
    std::span<const delivery::Recording> recordings) const {
    for (std::size_t i = 0; i < works.size(); ++i) {
        auto& work = *works[i];
        work.goes_on = false;
        if (recordings[i].result == delivery::Recorded::lost) {
            observe(transaction, work);
            continue;
        }
        if (work.change.intent)
            work.journal.back() = *work.change.intent;
        settle_up(transaction, work);
        if (work.stop)
            halt(transaction, work, work.policy);
        const auto* outcome = std::get_if<Outcome>(&work.heard);
        if (outcome != nullptr && outcome->is_for_account && outcome->at && doors_.close)
            doors_.close(transaction, work.post.account, *work.driver, *outcome->at);
        if (work.policy.is_gone && work.next == Next::rest) {
            delivery::end_posts(transaction, work.post.account, clock_.now());
            if (auto ended = delivery::find_post(transaction, work.post.id))
                work.post = *std::move(ended);
        }
        work.goes_on = work.next != Next::rest;
        stop_point("record.written");
    }
}

void Deliverer::record(store::Transaction& transaction, std::span<Work* const> works) const {
    auto recordings = recordings_of(transaction, works);
    ledger_.record(transaction, recordings);
    recorded(transaction, works, recordings);
}

bool Deliverer::record(store::Transaction& transaction, Work& work) const {
    auto* one = &work;
    record(transaction, std::span(&one, 1));
    return work.goes_on;
}

// Whether what the budgets hold for others may change with it.
bool Deliverer::touches_budgets(const Work& work) {
    const auto* outcome = std::get_if<Outcome>(&work.heard);
    return (work.change.frees_lane && unused_parts(work) > 0) || work.stop ||
           (outcome != nullptr && outcome->is_for_account);
}

void Deliverer::turn(
    store::Transaction& transaction,
    std::span<Work* const> back,
    std::span<Work* const> taken) const {
    const bool is_counted = std::ranges::any_of(taken, [](const Work* work) {
        return work->driver != nullptr && work->driver->at_once > 0;
    });
    // What is taken up asks the budgets first, and what came back counts for it.
    if (is_counted ||
        std::ranges::any_of(back, [](const Work* work) { return touches_budgets(*work); })) {
        record(transaction, back);
        claim(transaction, taken);
        return;
    }
    auto recordings = recordings_of(transaction, back);
    auto claimings = claimings_of(transaction, taken);
    ledger_.turn(transaction, recordings, claimings);
    recorded(transaction, back, recordings);
    claimed(transaction, taken, claimings);
}

}  // namespace caas::flow
