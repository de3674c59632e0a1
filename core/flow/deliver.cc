#include "core/flow/deliver.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/base/stop_point.h"
#include "core/delivery/doubt.h"
#include "core/flow/deliver_call.h"

namespace caas::flow {
namespace {

using delivery::Ending;
using delivery::Hold;
using delivery::Journal;
using delivery::Next;
using delivery::Outcome;
using delivery::Sight;
using delivery::Verdict;

// Drivers look back from the first try, at most as far as a clock may have been wrong.
constexpr Milliseconds furthest_look = std::chrono::hours(15);
// Platforms refuse what equals an older post: LinkedIn for two days at least, by its own words, and
// nobody says for how long at most.
constexpr Milliseconds furthest_duplicate = std::chrono::hours(24 * 7);

constexpr const char* others_unread = "What the account's other posts became could not be read.";

Instant begin_of_doubt(const Journal& journal) {
    auto begin = journal.empty() ? Instant() : journal.back().started_at;
    for (const auto& entry : journal) {
        if (delivery::is_open(entry))
            begin = std::min(begin, entry.started_at);
    }
    return begin;
}

// Whether an earlier try may have made what is sent now.
bool may_be_made(const Journal& journal) {
    if (journal.empty())
        return false;
    const auto& last = journal.back();
    return std::any_of(journal.begin(), journal.end() - 1, [&last](const auto& entry) {
        return entry.publishes && delivery::is_open(entry) && entry.step == last.step &&
               entry.part == last.part;
    });
}

Outcome not_begun(std::string code, std::string message) {
    Outcome outcome;
    outcome.ending = Ending::returned;
    outcome.code = std::move(code);
    outcome.message = std::move(message);
    return outcome;
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

void Deliverer::intended(Work& work) const {
    stop_point("intent.durable");
    work.intended_at = clock_.monotonic();
    work.intended_on = clock_.now();
    work.stop.reset();
    work.fresh.reset();
    work.heard = std::monostate();
}

// Looks for the step in doubt among what no other post of the account became: an equal one that
// went out shortly before would be taken for it, and this one be lost.
Sight Deliverer::look_for(Work& work, const Call& call) const {
    if (!tell_of_others(work, furthest_look)) {
        Sight nothing;
        nothing.why = others_unread;
        return nothing;
    }
    return look(call);
}

// False when it could not be read.
bool Deliverer::tell_of_others(Work& work, Milliseconds reach) const {
    if (!doors_.made_by_others)
        return true;
    try {
        auto made = doors_.made_by_others(work.post, begin_of_doubt(work.journal) - reach);
        work.publication.made_by_others = std::move(made.names);
        work.publication.seen_of_others.clear();
        for (auto& seen : made.seen)
            work.publication.seen_of_others.push_back(std::move(seen.url));
        return true;
    } catch (const std::exception&) {
        return false;
    }
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
        const bool is_told = !may_be_made(work.journal) || tell_of_others(work, furthest_duplicate);
        // A machine that was stopped as a whole knows it by the wall clock only.
        if (clock_.monotonic() - work.intended_at > most_stall ||
            clock_.now() - work.intended_on > most_stall) {
            work.heard = not_begun("stalled", "The program was halted before the step began.");
            return;
        }
        if (!is_told) {
            work.heard = not_begun("unavailable", others_unread);
            return;
        }
        stop_point("perform.begun");
        work.heard = perform(call);
        stop_point("perform.answered");
    } else if (work.next == Next::look) {
        const auto seen = delivery::observations(work.journal);
        stop_point("look.begun");
        work.heard = seen ? *seen : look_for(work, call);
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
    const bool owes = work.lane && work.paid == 0 && doors_.admit && !work.post.is_out_whole();
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

}  // namespace caas::flow
