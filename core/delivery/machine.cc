#include "core/delivery/machine.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace caas::delivery {
namespace {

void say(Post& post, const std::string& code, const std::string& message) {
    post.code = code;
    post.message = message;
}

// Windows are set in hours and last a minute at least.
std::string window_text(const Policy& policy, const Pace& pace) {
    const auto window = std::max(policy.catch_up, pace.least_window);
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(window).count();
    return "the account's catch-up window of " + (minutes % 60 == 0
                                                      ? std::to_string(minutes / 60) + " h"
                                                      : std::to_string(minutes) + " min");
}

// `begun`: the latest time by which a try of it began. Once the wall clock was set back behind
// that, nobody can tell for how long the platform has known its key.
bool may_repeat(const Attempt& step, Instant begun, Instant now) {
    return step.is_repeatable &&
           (!step.repeatable_until || (begun <= now && now < *step.repeatable_until));
}

// Nobody has the post in hand any more. It waits in its own time, so that what was due later does
// not overtake it; a doubt is looked into at once.
Verdict lay_down(Post& post, bool is_doubtful, const Policy& policy, Instant now) {
    const auto wake = is_doubtful ? now : std::min(now, post.due_at);
    post.wake_at = policy.is_active ? std::optional(wake) : std::nullopt;
    if (is_doubtful) {
        enter(post, PostState::unconfirmed, now);
        return {Event::doubt, Next::rest, Hold::none};
    }
    enter(post, policy.is_active ? PostState::retrying : PostState::paused, now);
    return {policy.is_active ? Event::wait : Event::pause, Next::rest, Hold::none};
}

}  // namespace

bool Machine::is_late(const Post& post, const Policy& policy, Instant at) const {
    return at > post.due_at + std::max(policy.catch_up, pace_.least_window);
}

Verdict Machine::open(Post& post, const Journal& journal, const Policy& policy, Instant now) const {
    const auto open = tail(journal);
    if (open.is_doubtful) {
        enter(
            post,
            post.state == PostState::unconfirmed ? PostState::unconfirmed : PostState::publishing,
            now);
        post.wake_at.reset();
        return {Event::claim, Next::look, Hold::none};
    }
    // Its turn may come with the very end of the window, as of the second of two posts where one
    // goes out in an hour and the window is an hour.
    const auto grace = post.code == waiting_code ? pace_.least_window : Milliseconds::zero();
    if (post.state != PostState::unconfirmed && post.parts_published == 0 &&
        is_late(post, policy, now - grace)) {
        if (post.code.empty())
            say(post, "missed", "It was due longer ago than " + window_text(policy, pace_) + ".");
        else
            post.message = "Not sent within " + window_text(policy, pace_) + ": " + post.message;
        enter(post, PostState::missed, now);
        post.wake_at.reset();
        return {Event::miss, Next::rest, Hold::none};
    }
    post.wake_at.reset();
    const auto event = post.state == PostState::unconfirmed ? Event::advance : Event::claim;
    enter(post, PostState::publishing, now);
    return {event, open.pin != nullptr ? Next::repeat : Next::ask, Hold::none};
}

void Machine::begin(Post& post, Journal& journal, Attempt step, Instant now) const {
    for (const auto& entry : journal) {
        // A driver that asks for what is out already would double it.
        if (entry.state == AttemptState::done && entry.publishes && step.publishes &&
            entry.part >= step.part)
            throw Error(
                Code::internal,
                "The driver wants to publish part " + std::to_string(step.part + 1) +
                    " a second time.");
    }
    step.state = AttemptState::started;
    step.started_at = now;
    post.updated_at = now;
    journal.push_back(std::move(step));
}

Attempt Machine::repeated(const Journal& journal) {
    const auto open = tail(journal);
    if (open.pin == nullptr)
        throw Error(Code::internal, "There is no step to repeat.");
    Attempt again;
    again.post = open.pin->post;
    again.step = open.pin->step;
    again.part = open.pin->part;
    again.is_repeatable = open.pin->is_repeatable;
    again.repeatable_until = open.pin->repeatable_until;
    again.publishes = open.pin->publishes;
    again.prepared = open.pin->prepared;
    again.cursor = open.pin->cursor;
    return again;
}

Verdict Machine::advance(Post& post, const Attempt& step, Instant now) const {
    if (step.publishes) {
        post.parts_published = std::max(post.parts_published, step.part + 1);
        if (post.remote_id.empty())
            post.remote_id = step.remote_id;
        if (post.url.empty())
            post.url = step.url;
    }
    post.tries = 0;
    post.looks = 0;
    post.code.clear();
    post.message.clear();
    post.wake_at.reset();
    enter(post, PostState::publishing, now);
    return {Event::advance, Next::ask, Hold::none};
}

Verdict Machine::try_again(
    Post& post,
    const Journal& journal,
    const Policy& policy,
    std::optional<Instant> at,
    Instant now) const {
    if (!at)
        ++post.tries;
    const bool is_used_up = post.tries >= pace_.most_tries;
    auto wake = at ? std::clamp(*at, now + pace_.least_wait, now + pace_.most_wait)
                   : now + pace_.backoff.delay(std::max(post.tries, 1), random_);
    if (tail(journal).is_doubtful) {
        const bool is_over = is_used_up || is_late(post, policy, wake);
        post.looks = is_over ? static_cast<int>(pace_.looks.size()) : 1;
        post.wake_at = is_over || !policy.is_active ? std::nullopt : std::optional(wake);
        enter(post, PostState::unconfirmed, now);
        return {Event::doubt, Next::rest, Hold::none};
    }
    post.wake_at.reset();
    // Only a look at what the platform makes of it is left.
    if (post.is_out_whole() && (is_used_up || is_late(post, policy, wake)))
        return finish(post, now);
    if (is_used_up) {
        post.message = "Given up after " + std::to_string(post.tries) + " tries: " + post.message;
        enter(post, PostState::failed, now);
        return {Event::fail, Next::rest, Hold::none};
    }
    if (is_late(post, policy, wake)) {
        post.message = "Not sent within " + window_text(policy, pace_) + ": " + post.message;
        // A thread that stopped in the middle is never missed.
        const bool is_missed = post.parts_published == 0;
        enter(post, is_missed ? PostState::missed : PostState::failed, now);
        return {is_missed ? Event::miss : Event::fail, Next::rest, Hold::none};
    }
    if (!policy.is_active) {
        enter(post, PostState::paused, now);
        return {Event::pause, Next::rest, Hold::none};
    }
    post.wake_at = wake;
    enter(post, PostState::retrying, now);
    return {Event::wait, Next::rest, Hold::none};
}

Verdict Machine::hold(
    Post& post, const Journal& journal, Hold hold, const Outcome& why, Instant now) const {
    say(post, why.code, why.message);
    post.wake_at.reset();
    const bool is_doubtful = tail(journal).is_doubtful;
    enter(post, is_doubtful ? PostState::unconfirmed : PostState::paused, now);
    return {is_doubtful ? Event::doubt : Event::pause, Next::rest, hold};
}

Verdict Machine::after_step(
    Post& post,
    Journal& journal,
    const Outcome& outcome,
    const Policy& policy,
    bool was_refreshed,
    Instant now) const {
    auto& step = journal.back();
    step.state = state_after(outcome.ending);
    step.ending = outcome.ending;
    if (!outcome.cursor.empty())
        step.cursor = outcome.cursor;
    if (outcome.ending == Ending::go_on)
        return {Event::advance, Next::perform, Hold::none};
    step.remote_id = outcome.remote_id;
    step.url = outcome.url;
    step.code = outcome.code;
    step.message = outcome.message;
    step.ended_at = now;

    switch (outcome.ending) {
        case Ending::done:
        case Ending::already:
        case Ending::there:
        case Ending::go_on:
            return advance(post, step, now);
        case Ending::later:
            say(post, outcome.code, outcome.message);
            return try_again(
                post, journal, policy, outcome.at.value_or(now + pace_.backoff.base), now);
        case Ending::refused:
            return give_up(
                post,
                journal,
                outcome.code,
                tail(journal).is_doubtful
                    ? "An earlier try may have gone out; a repeat was refused: " + outcome.message
                    : outcome.message,
                now);
        case Ending::held:
            return hold(post, journal, Hold::restricted, outcome, now);
        case Ending::sign_in:
            if (outcome.can_refresh && !was_refreshed)
                return {Event::advance, Next::refresh, Hold::none};
            return hold(post, journal, Hold::sign_in, outcome, now);
        case Ending::not_sent:
        case Ending::absent:
        case Ending::returned:
            say(post, outcome.code, outcome.message);
            return try_again(post, journal, policy, std::nullopt, now);
        case Ending::unknown:
            break;
    }
    say(post, outcome.code, outcome.message);
    post.looks = 0;
    post.wake_at.reset();
    enter(post, PostState::unconfirmed, now);
    return {Event::doubt, Next::look, Hold::none};
}

Verdict Machine::after_sight(
    Post& post, Journal& journal, const Sight& sight, const Policy& policy, Instant now) const {
    ++post.looks;
    Attempt* last = nullptr;
    Instant begun{};
    for (auto at = journal.rbegin(); at != journal.rend(); ++at) {
        auto& entry = *at;
        if (entry.state == AttemptState::done)
            break;
        // What cannot take effect any more binds nobody to its bytes.
        if (sight.is_over && entry.state == AttemptState::failed && entry.ending == Ending::absent)
            entry.ending = Ending::not_sent;
        if (entry.state == AttemptState::observed || !is_open(entry))
            continue;
        if (last == nullptr)
            last = &entry;
        begun = std::max(begun, entry.started_at);
        if (sight.kind == Sight::Kind::absent) {
            entry.state = AttemptState::failed;
            entry.ending = sight.is_over ? Ending::not_sent : Ending::absent;
            entry.ended_at = now;
        }
    }
    if (last == nullptr)
        throw Error(Code::internal, "There is no step in doubt.");

    if (sight.kind == Sight::Kind::there) {
        last->state = AttemptState::done;
        last->ending = Ending::there;
        last->remote_id = sight.remote_id;
        last->url = sight.url;
        if (!sight.cursor.empty())
            last->cursor = sight.cursor;
        last->ended_at = now;
        return advance(post, *last, now);
    }

    const bool is_over = post.tries + 1 >= pace_.most_tries || is_late(post, policy, now);
    if (sight.kind == Sight::Kind::absent) {
        if (post.looks < 2 || is_over || !policy.is_active)
            return try_again(post, journal, policy, std::nullopt, now);
        ++post.tries;
        post.wake_at.reset();
        enter(post, PostState::publishing, now);
        return {Event::advance, sight.is_over ? Next::ask : Next::repeat, Hold::none};
    }

    const bool is_repeatable = !sight.may_be_there && may_repeat(*last, begun, now);
    const bool may_resend = is_repeatable || (!sight.may_be_there && policy.resends);
    if (!is_over && policy.is_active && post.looks >= 2 && may_resend) {
        ++post.tries;
        post.wake_at.reset();
        enter(post, PostState::publishing, now);
        return {Event::advance, Next::repeat, Hold::none};
    }
    const auto looked = static_cast<std::size_t>(post.looks);
    post.wake_at.reset();
    if (!is_over && is_repeatable) {
        auto wake = now + pace_.backoff.delay(post.tries + 1, random_);
        if (last->repeatable_until)
            wake = std::min(wake, *last->repeatable_until - pace_.least_wait);
        post.wake_at = std::max(wake, now);
    } else if (looked <= pace_.looks.size()) {
        post.wake_at = now + pace_.looks[looked - 1];
    }
    if (!policy.is_active)
        post.wake_at.reset();
    if (!sight.why.empty() && post.message.empty())
        post.message = sight.why;
    enter(post, PostState::unconfirmed, now);
    return {Event::doubt, Next::rest, Hold::none};
}

Verdict Machine::after_refresh(
    Post& post,
    const Journal& journal,
    const Outcome* problem,
    const Policy& policy,
    Instant now) const {
    if (problem == nullptr)
        return {
            Event::advance, tail(journal).pin != nullptr ? Next::repeat : Next::ask, Hold::none};
    if (problem->ending == Ending::sign_in)
        return hold(post, journal, Hold::sign_in, *problem, now);
    return put_off(post, journal, problem->code, problem->message, policy, now);
}

Verdict Machine::finish(Post& post, Instant now) const {
    post.wake_at.reset();
    post.code.clear();
    post.message.clear();
    enter(post, PostState::published, now);
    return {Event::publish, Next::rest, Hold::none};
}

Verdict Machine::give_up(
    Post& post,
    const Journal& journal,
    const std::string& code,
    const std::string& message,
    Instant now) const {
    say(post, code, message);
    post.wake_at.reset();
    if (tail(journal).is_doubtful) {
        post.looks = static_cast<int>(pace_.looks.size());
        enter(post, PostState::unconfirmed, now);
        return {Event::doubt, Next::rest, Hold::none};
    }
    enter(post, PostState::failed, now);
    return {Event::fail, Next::rest, Hold::none};
}

Verdict Machine::put_off(
    Post& post,
    const Journal& journal,
    const std::string& code,
    const std::string& message,
    const Policy& policy,
    Instant now) const {
    say(post, code, message);
    return try_again(post, journal, policy, std::nullopt, now);
}

Verdict Machine::give_back(
    Post& post, Journal& journal, bool was_begun, const Policy& policy, Instant now) const {
    if (!was_begun && !journal.empty() && journal.back().state == AttemptState::started) {
        journal.back().state = AttemptState::failed;
        journal.back().ending = Ending::returned;
        journal.back().ended_at = now;
    }
    const bool is_doubtful = tail(journal).is_doubtful;
    post.looks = is_doubtful ? post.looks : 0;
    return lay_down(post, is_doubtful, policy, now);
}

std::optional<Verdict> Machine::after_death(
    Post& post, Journal& journal, std::int64_t fence, const Policy& policy, Instant now) const {
    for (auto& entry : journal) {
        if (entry.state != AttemptState::started || entry.fence != fence)
            continue;
        entry.state = AttemptState::unknown;
        entry.ending = Ending::unknown;
        entry.code = "interrupted";
        entry.message = "The program stopped before the answer was written down.";
        entry.ended_at = now;
        // A harmless repeat need not wait a second time.
        post.looks = entry.is_repeatable ? 1 : 0;
        say(post, entry.code, entry.message);
    }
    if (post.state != PostState::publishing && post.state != PostState::unconfirmed)
        return std::nullopt;
    const bool was_doubtful = post.state == PostState::unconfirmed;
    return lay_down(post, was_doubtful || tail(journal).is_doubtful, policy, now);
}

}  // namespace caas::delivery
