#include "core/flow/deliver_call.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/flow/deliver.h"
#include "core/flow/public_http.h"

namespace caas::flow {
namespace {

using delivery::AttemptState;
using delivery::Ending;
using delivery::Outcome;
using delivery::Sight;

// Every request ends before the call's deadline and goes only where the account may reach.
class BoundedHttp final : public net::HttpClient {
  public:
    explicit BoundedHttp(const Call& call)
        : http_(call.http),
          clock_(call.clock),
          ends_(call.clock.monotonic() + call.deadline),
          is_public_only_(is_public_only(call.access.config)) {}

    net::Result send(const net::Request& request) override {
        const auto left = std::chrono::duration_cast<Milliseconds>(ends_ - clock_.monotonic());
        if (left <= Milliseconds::zero())
            return net::Failure{
                net::Failure::Kind::timeout, false, "the call's time was over before it was sent"};
        auto bounded = request;
        bounded.total_timeout = std::min(request.total_timeout, left + time_for(request));
        bounded.connect_timeout = std::min(request.connect_timeout, left);
        bounded.only_public_addresses = request.only_public_addresses || is_public_only_;
        return http_.send(bounded);
    }

  private:
    // A file takes longer the longer it is; silence ends it all the same (stall_timeout).
    static Milliseconds time_for(const net::Request& request) {
        constexpr std::int64_t slowest_bytes_per_ms = 64;
        const auto bytes = request.source ? request.source->size : 0;
        return Milliseconds(bytes / slowest_bytes_per_ms);
    }

    net::HttpClient& http_;
    const Clock& clock_;
    Monotonic ends_;
    bool is_public_only_;
};

platform::StepState state_of(AttemptState state) {
    switch (state) {
        case AttemptState::started:
            return platform::StepState::started;
        case AttemptState::done:
            return platform::StepState::done;
        case AttemptState::failed:
            return platform::StepState::failed;
        case AttemptState::unknown:
        case AttemptState::observed:
            break;
    }
    return platform::StepState::unknown;
}

platform::Step step_of(const delivery::Attempt& attempt) {
    platform::Step step;
    step.name = attempt.step;
    step.part = attempt.part;
    step.prepared = attempt.prepared;
    step.is_repeatable = attempt.is_repeatable;
    step.publishes = attempt.publishes;
    return step;
}

struct Translate {
    Outcome operator()(platform::Done& said) const {
        return made(Ending::done, said.remote_id, said.url, said.cursor);
    }

    Outcome operator()(platform::Already& said) const {
        return made(Ending::already, said.remote_id, said.url, said.cursor);
    }

    Outcome operator()(platform::Continue& said) const {
        return made(Ending::go_on, {}, {}, said.cursor);
    }

    Outcome operator()(platform::Later& said) const {
        auto outcome = failed(Ending::later, "later", said.why);
        outcome.at = said.at;
        outcome.is_for_account = said.is_for_account;
        return outcome;
    }

    Outcome operator()(platform::Refused& said) const {
        return failed(Ending::refused, said.code, said.message);
    }

    Outcome operator()(platform::AccountHeld& said) const {
        return failed(Ending::held, said.code, said.message);
    }

    Outcome operator()(platform::NeedsSignIn& said) const {
        auto outcome = failed(Ending::sign_in, said.code, said.message);
        outcome.can_refresh = said.can_refresh;
        return outcome;
    }

    Outcome operator()(platform::NotSent& said) const {
        return failed(Ending::not_sent, said.code, said.message);
    }

    Outcome operator()(platform::Unknown& said) const {
        return failed(Ending::unknown, said.code, said.message);
    }

    static Outcome made(Ending ending, std::string id, std::string url, std::string cursor) {
        Outcome outcome;
        outcome.ending = ending;
        outcome.remote_id = std::move(id);
        outcome.url = std::move(url);
        outcome.cursor = std::move(cursor);
        return outcome;
    }

    static Outcome failed(Ending ending, std::string code, std::string message) {
        Outcome outcome;
        outcome.ending = ending;
        outcome.code = std::move(code);
        outcome.message = std::move(message);
        return outcome;
    }
};

// The journal up to the step in doubt: what came after it were repeats that sent nothing.
platform::Journal journal_in_doubt(const delivery::Journal& journal) {
    const auto open = delivery::tail(journal);
    if (open.pin == nullptr)
        return journal_of(journal);
    const auto length = open.pin - journal.data() + 1;
    return journal_of(delivery::Journal(journal.begin(), journal.begin() + length));
}

// What keeps a part from being one of which nothing was sent yet.
bool may_have_sent(const delivery::Attempt& attempt) {
    if (attempt.state == AttemptState::done)
        return true;
    return attempt.publishes && attempt.state != AttemptState::failed &&
           attempt.state != AttemptState::observed;
}

// The parts whose files have to be whole before the last step is performed: all of them at first, a
// thread is not begun that cannot be ended; later those of a part that begins.
std::vector<const platform::Part*> parts_to_verify(const Call& call) {
    const auto& step = call.journal.back();
    if (!step.cursor.empty())
        return {};  // it goes on
    bool begins_post = true;
    bool begins_part = true;
    for (const auto& earlier : std::span(call.journal).first(call.journal.size() - 1)) {
        if (!may_have_sent(earlier))
            continue;
        begins_post = false;
        begins_part = begins_part && earlier.part != step.part;
    }
    std::vector<const platform::Part*> parts;
    for (std::size_t i = 0; i < call.publication.parts.size(); ++i) {
        if (begins_post || (begins_part && std::cmp_equal(i, step.part)))
            parts.push_back(&call.publication.parts[i]);
    }
    return parts;
}

// Whether the program went on all the time, however long a file takes. A machine that was stopped
// as a whole knows it by the wall clock only.
class Pulse {
  public:
    explicit Pulse(const Clock& clock) : clock_(clock), at_(clock.monotonic()), on_(clock.now()) {}

    void beat() {
        const auto at = clock_.monotonic();
        const auto on = clock_.now();
        has_stopped_ =
            has_stopped_ || at - at_ > Deliverer::most_stall || on - on_ > Deliverer::most_stall;
        at_ = at;
        on_ = on;
    }

    bool has_stopped() const { return has_stopped_; }

  private:
    const Clock& clock_;
    Monotonic at_;
    Instant on_;
    bool has_stopped_ = false;
};

// Our own files: nothing is sent, and no platform is to blame.
std::optional<Outcome> fault_of_files(const Call& call) {
    try {
        Pulse pulse(call.clock);
        for (const auto* part : parts_to_verify(call)) {
            for (const auto& medium : part->media) {
                if (medium.verify)
                    medium.verify([&pulse] { pulse.beat(); });
            }
        }
        pulse.beat();
        // The lane may be another's by now. What was fetched from afar is near the next time.
        if (pulse.has_stopped())
            return Translate::failed(
                Ending::returned,
                "stalled",
                "The program was halted, or waited long for a file, before the step began.");
        return std::nullopt;
    } catch (const Error& error) {
        const auto words = error.what() + (error.hint().empty() ? "" : ": " + error.hint());
        if (error.code() == Code::invalid)
            return Translate::failed(Ending::refused, "media_damaged", words);
        if (error.code() == Code::not_found)
            return Translate::failed(Ending::refused, "media_missing", words);
        return Translate::failed(Ending::returned, std::string(facts(error.code()).name), words);
    }
}

}  // namespace

platform::Journal journal_of(const delivery::Journal& journal) {
    platform::Journal entries;
    entries.reserve(journal.size());
    for (const auto& attempt : journal) {
        if (attempt.state == AttemptState::observed)
            continue;
        platform::Entry entry;
        entry.number = attempt.number;
        entry.step = attempt.step;
        entry.part = attempt.part;
        entry.state = state_of(attempt.state);
        entry.prepared = attempt.prepared;
        entry.remote_id = attempt.remote_id;
        entry.url = attempt.url;
        entry.cursor = attempt.cursor;
        entry.started_at = attempt.started_at;
        entry.code = attempt.code;
        entries.push_back(std::move(entry));
    }
    return entries;
}

Outcome perform(const Call& call) {
    try {
        if (auto fault = fault_of_files(call))
            return *std::move(fault);
        BoundedHttp http(call);
        auto outcome = call.driver.perform(
            call.publication,
            step_of(call.journal.back()),
            journal_of(call.journal),
            call.access,
            {http, call.clock, call.random});
        return std::visit(Translate(), outcome);
    } catch (const Error& error) {
        return Translate::failed(
            Ending::unknown, std::string(facts(error.code()).name), error.what());
    } catch (const std::exception&) {
        return Translate::failed(Ending::unknown, "internal", "The driver failed unexpectedly.");
    }
}

Sight look(const Call& call) {
    Sight sight;
    if (call.driver.look == nullptr) {
        sight.why = "The platform has no way to look it up.";
        return sight;
    }
    try {
        BoundedHttp http(call);
        auto seen = call.driver.look(
            call.publication,
            journal_in_doubt(call.journal),
            call.access,
            {http, call.clock, call.random});
        if (auto* there = std::get_if<platform::There>(&seen)) {
            sight.kind = Sight::Kind::there;
            sight.remote_id = std::move(there->remote_id);
            sight.url = std::move(there->url);
            sight.cursor = std::move(there->cursor);
        } else if (const auto* absent = std::get_if<platform::Absent>(&seen)) {
            sight.kind = Sight::Kind::absent;
            sight.is_over = absent->is_over;
        } else {
            auto& open = std::get<platform::CannotTell>(seen);
            sight.why = std::move(open.why);
            sight.may_be_there = open.may_be_there;
        }
    } catch (const std::exception&) {
        sight.why = "The platform could not be asked.";
    }
    return sight;
}

std::variant<platform::Credentials, Outcome> refresh(const Call& call, const Renew& renew) {
    if (call.driver.refresh == nullptr)
        return Translate::failed(
            Ending::sign_in, "sign_in", "The account is no longer connected; connect it again.");
    try {
        BoundedHttp http(call);
        const platform::Tools seams{http, call.clock, call.random};
        return renew ? renew(call.driver, call.access, seams)
                     : call.driver.refresh(call.access, seams);
    } catch (const Error& error) {
        const bool needs_person = error.code() == Code::platform_sign_in;
        // `rate_limited` says that a post waits for its turn here (delivery/turn.h).
        const bool asks_to_wait = error.code() == Code::rate_limited;
        return Translate::failed(
            needs_person ? Ending::sign_in : Ending::not_sent,
            asks_to_wait ? "later" : std::string(facts(error.code()).name),
            error.what());
    } catch (const std::exception&) {
        return Translate::failed(
            Ending::not_sent, "internal", "The credentials could not be renewed.");
    }
}

std::optional<delivery::Attempt> ask(const Call& call) {
    auto step = call.driver.next(
        call.publication,
        journal_of(call.journal),
        call.access,
        {call.http, call.clock, call.random});
    if (!step)
        return std::nullopt;
    delivery::Attempt attempt;
    attempt.post = call.publication.post;
    attempt.step = std::move(step->name);
    attempt.part = step->part;
    attempt.prepared = std::move(step->prepared);
    attempt.is_repeatable = step->is_repeatable;
    if (step->is_repeatable && step->repeatable_for)
        attempt.repeatable_until = call.clock.now() + *step->repeatable_for;
    attempt.publishes = step->publishes;
    return attempt;
}

}  // namespace caas::flow
