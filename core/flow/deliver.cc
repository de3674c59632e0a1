#include "core/flow/deliver.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/delivery/budget.h"
#include "core/delivery/change.h"
#include "core/flow/deliver_call.h"

namespace caas::flow {
namespace {

using delivery::Ending;
using delivery::Event;
using delivery::Hold;
using delivery::Journal;
using delivery::Next;
using delivery::Outcome;
using delivery::PostState;
using delivery::Sight;
using delivery::Verdict;

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

Deliverer::Deliverer(delivery::Ledger ledger, const Parts& parts, delivery::Pace pace)
    : ledger_(std::move(ledger)),
      doors_(parts.doors),
      http_(parts.http),
      clock_(parts.clock),
      random_(parts.random),
      ids_(parts.ids),
      machine_(parts.random, pace) {}

// Stops the account, unless somebody else has by now.
void Deliverer::halt(
    store::Transaction& transaction, const Work& work, const delivery::Policy& policy) const {
    if (!work.stop || !policy.is_active)
        return;
    doors_.stop(transaction, work.post.account, *work.stop);
    delivery::pause_posts(transaction, work.post.account, work.post.updated_at);
}

// Puts the post off when its budget is spent. Only what sends something costs something: whoever
// is too late for the lane gets it back.
bool Deliverer::may_start(
    store::Transaction& transaction, Work& work, std::map<std::string_view, int>& beside) const {
    work.lane.reset();
    work.paid = 0;
    if (!work.change.intent || !doors_.admit)
        return true;
    int& others = beside[work.driver->id];
    const auto wait = doors_.admit(transaction, work.change.before(), *work.driver, others);
    work.is_put_off = wait.has_value();
    if (wait) {
        delivery::save_wait(transaction, work.change.before(), wait->at, wait->why, clock_.now());
        return false;
    }
    work.paid = price_of(work.change.before());
    work.paid_at = clock_.now();
    ++others;
    return true;
}

void Deliverer::refund(store::Transaction& transaction, const Work& work, int parts) const {
    if (parts > 0 && doors_.refund)
        doors_.refund(transaction, work.post, *work.driver, parts, clock_.now() - work.paid_at);
}

// A post that rests before its last part pays for the others when it is taken up again.
void Deliverer::settle_up(store::Transaction& transaction, const Work& work) const {
    if (work.change.frees_lane && work.paid > 0)
        refund(transaction, work, unused_parts(work));
}

void Deliverer::claim(store::Transaction& transaction, std::span<Work* const> works) const {
    std::vector<delivery::Claiming> claimings;
    claimings.reserve(works.size());
    std::vector<Work*> admitted;
    std::map<std::string_view, int> beside;
    for (auto* work : works) {
        stop_point("claim.begun");
        if (!may_start(transaction, *work, beside))
            continue;
        admitted.push_back(work);
        claimings.push_back({work->seen, &work->change});
    }
    ledger_.claim(transaction, claimings);
    for (std::size_t i = 0; i < admitted.size(); ++i) {
        auto& work = *admitted[i];
        work.lane = claimings[i].lane;
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

bool Deliverer::claim(store::Transaction& transaction, Work& work) const {
    auto* one = &work;
    claim(transaction, std::span(&one, 1));
    return work.lane.has_value();
}

void Deliverer::intended(Work& work) const {
    stop_point("intent.durable");
    work.intended_at = clock_.monotonic();
    work.stop.reset();
    work.fresh.reset();
    work.heard = std::monostate();
}

void Deliverer::call(Work& work) const {
    const Call call{
        *work.driver,
        work.publication,
        work.journal,
        work.access,
        http_,
        clock_,
        random_,
        call_deadline};
    if (work.next == Next::perform) {
        if (clock_.monotonic() - work.intended_at > most_stall) {
            Outcome outcome;
            outcome.ending = Ending::returned;
            outcome.code = "stalled";
            outcome.message = "The program was halted before the step began.";
            work.heard = outcome;
            return;
        }
        stop_point("perform.begun");
        work.heard = perform(call);
        stop_point("perform.answered");
    } else if (work.next == Next::look) {
        const auto seen = delivery::observations(work.journal);
        stop_point("look.begun");
        work.heard = seen ? *seen : look(call);
        stop_point("look.answered");
    } else if (work.next == Next::refresh) {
        stop_point("refresh.begun");
        auto answer = refresh(call, doors_.renew);
        if (auto* credentials = std::get_if<platform::Credentials>(&answer))
            work.fresh = std::move(*credentials);
        else
            work.heard = std::get<Outcome>(std::move(answer));
    }
}

// The intent for `step`. Throws Error when the driver wants what may not be.
void Deliverer::begin(Work& work, delivery::Attempt step) const {
    step.id = ids_.make<AttemptId>();
    step.post = work.post.id;
    step.engine = ledger_.engine();
    step.fence = work.lane ? work.lane->fence : 0;
    step.number = work.journal.empty() ? 1 : work.journal.back().number + 1;
    machine_.begin(work.post, work.journal, std::move(step), clock_.now());
    work.next = Next::perform;
}

// From a verdict to the next call, or to rest.
void Deliverer::follow(Work& work, Verdict verdict, bool is_stopping) const {
    const auto now = clock_.now();
    // Taken up to be looked for, or to go on with what was begun, it has paid for no part: the next
    // one begins with a claim of its own, when there is room for it.
    const bool owes = work.lane && work.paid == 0 && doors_.admit;
    const auto give_back = [&] {
        return machine_.give_back(work.post, work.journal, true, work.policy, now);
    };
    // Whether anything is left costs no call, and what is out whole is not given back.
    if (is_stopping && verdict.next != Next::rest && verdict.next != Next::ask)
        verdict = give_back();
    work.next = verdict.next;
    try {
        if (verdict.next == Next::repeat) {
            begin(work, delivery::Machine::repeated(work.journal));
        } else if (verdict.next == Next::ask) {
            auto step = ask(
                {*work.driver,
                 work.publication,
                 work.journal,
                 work.access,
                 http_,
                 clock_,
                 random_,
                 call_deadline});
            if (!step)
                verdict = machine_.finish(work.post, now);
            else if (is_stopping || owes)
                verdict = give_back();
            else
                begin(work, std::move(*step));
        }
    } catch (const Error& error) {
        verdict = machine_.give_up(
            work.post, work.journal, std::string(facts(error.code()).name), error.what(), now);
    } catch (const std::exception&) {
        verdict = machine_.give_up(
            work.post, work.journal, "internal", "The driver could not say what to do next.", now);
    }
    if (verdict.next == Next::rest)
        work.next = Next::rest;
    work.change.pass(verdict.event, work.post);
}

void Deliverer::conclude(Work& work, bool is_stopping) const {
    const auto now = clock_.now();
    const auto before = work.journal;
    work.change = delivery::Change(work.post);
    work.observation = {};
    Verdict verdict;
    if (work.next == Next::perform) {
        const auto& outcome = std::get<Outcome>(work.heard);
        verdict = machine_.after_step(
            work.post, work.journal, outcome, work.policy, work.was_refreshed, now);
        // The token was good for something: when it ends later on the way, it is renewed again.
        if (outcome.ending == delivery::Ending::done)
            work.was_refreshed = false;
        if (verdict.hold != Hold::none)
            work.stop = AccountStop{verdict.hold == Hold::sign_in, outcome.code, outcome.message};
    } else if (work.next == Next::look) {
        verdict = machine_.after_sight(
            work.post, work.journal, std::get<Sight>(work.heard), work.policy, now);
    } else {
        work.was_refreshed = true;
        if (work.fresh)
            work.access.credentials = *work.fresh;
        const auto* problem = std::get_if<Outcome>(&work.heard);
        verdict = machine_.after_refresh(work.post, work.journal, problem, work.policy, now);
        if (verdict.hold != Hold::none)
            work.stop = AccountStop{true, problem->code, problem->message};
    }
    work.change.pass(verdict.event, work.post);
    follow(work, verdict, is_stopping);
    write_down(work, before);
}

// Puts into the change what differs from the journal as it is stored.
void Deliverer::write_down(Work& work, const Journal& before) const {
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (work.journal[i].state != before[i].state ||
            work.journal[i].ending != before[i].ending ||
            work.journal[i].cursor != before[i].cursor)
            work.change.outcomes.push_back(work.journal[i]);
    }
    if (work.journal.size() > before.size())
        work.change.intent = work.journal.back();
    work.change.frees_lane = work.next == Next::rest;
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
        work.observation = {};
    ledger_.observe(
        transaction,
        work.change.outcomes.back(),
        *outcome,
        work.observation,
        doors_.policy(transaction, work.post.account),
        clock_.now());
}

void Deliverer::record(store::Transaction& transaction, std::span<Work* const> works) const {
    std::vector<delivery::Recording> recordings;
    recordings.reserve(works.size());
    for (auto* work : works) {
        heed(transaction, *work);
        recordings.push_back({&*work->lane, &work->change});
    }
    ledger_.record(transaction, recordings);
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

bool Deliverer::record(store::Transaction& transaction, Work& work) const {
    auto* one = &work;
    record(transaction, std::span(&one, 1));
    return work.goes_on;
}

}  // namespace caas::flow
