// The engine's wheel: each turn is one transaction, which writes down what the workers brought back
// and claims what they start next.
#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/flow/engine.h"

namespace caas::flow {
namespace {

// What was read longer ago is read again before it is claimed.
constexpr Milliseconds freshness{50};
// Transactions whose posts are read together, when there are that many: whatever was written since
// the last look makes SQLite read the pages in between anew.
constexpr std::size_t farthest = 4;
// As many posts can be read at a time however few are sent at once: a look is several journeys.
constexpr std::size_t at_least = 16;
// How long a turn waits for calls that are about to end, so that they share its commit; about what
// the commit itself takes.
constexpr std::chrono::microseconds patience{200};
// So few posts are written on the engine's own thread: handing them over would take longer.
constexpr std::size_t few = 4;
// Transactions on their way to the disk: one that runs and one that follows at once.
constexpr std::size_t most_writing = 2;
// What is in hand when the store fails may still come to its end; not for ever.
constexpr int most_faults_when_stopping = 10;

}  // namespace

bool Engine::is_damage(const Error& fault) {
    return fault.code() == Code::storage_corrupt || fault.code() == Code::internal;
}

bool Engine::has_in_hand(const AccountId& account) const {
    return in_hand_.contains(account);
}

void Engine::take_in_hand(const Work& work) {
    in_hand_.insert(work.post.account);
    posts_in_hand_ = in_hand_.size();
}

void Engine::let_go(const Work& work) {
    in_hand_.erase(work.post.account);
    posts_in_hand_ = in_hand_.size();
}

void Engine::set_aside(const AccountId& account, const std::exception& fault) {
    set_aside_.insert(account);
    log_.write(
        Level::error,
        "engine.account_set_aside",
        {{"account", account.text()}, {"error", fault.what()}});
}

// How many posts are read together: more, when all of the last look were soon taken up.
std::size_t Engine::reach() const {
    const bool was_used_up = ahead_.works.empty() && ahead_.found >= ahead_.reach &&
                             clock_.monotonic() - ahead_.at <= freshness;
    return was_used_up
               ? std::min(
                     std::max(ahead_.reach * 2, share()), std::max(farthest * share(), at_least))
               : share();
}

// Reads what is due and not in hand.
void Engine::look_ahead() {
    const auto most = reach();
    ahead_ = {{}, {}, clock_.monotonic(), clock_.now(), most};
    store_.read([&](store::Reader& reader) {
        std::vector<delivery::DueLane> lanes;
        const auto limit = most + set_aside_.size() + in_hand_.size();
        for (auto& lane : delivery::due_lanes(reader, ahead_.until, limit)) {
            if (lanes.size() < most && !set_aside_.contains(lane.account) &&
                !has_in_hand(lane.account))
                lanes.push_back(std::move(lane));
        }
        try {
            prepare(reader, lanes);
        } catch (const Error& fault) {
            if (!is_damage(fault))
                throw;
            prepare_each(reader, lanes);
        }
    });
    ahead_.found = ahead_.works.size();
}

void Engine::prepare(store::Reader& reader, std::span<const delivery::DueLane> lanes) {
    auto works = deliverer_.prepare(reader, lanes);
    for (std::size_t i = 0; i < works.size(); ++i) {
        if (works[i])
            ahead_.works.push_back(std::move(works[i]));
        else
            ahead_.stale.push_back(lanes[i].account);
    }
}

// One account's damaged row does not stop the others.
void Engine::prepare_each(store::Reader& reader, std::span<const delivery::DueLane> lanes) {
    for (const auto& lane : lanes) {
        try {
            prepare(reader, std::span(&lane, 1));
        } catch (const Error& fault) {
            if (!is_damage(fault))
                throw;
            set_aside(lane.account, fault);
        }
    }
}

// When something came back, waits a moment for calls that are about to end too.
void Engine::gather() {
    if (pool_.back() == 0)
        return;
    for (auto calls = pool_.calls(); calls > 0;) {
        if (wake_->pause(patience))
            return;
        const auto left = pool_.calls();
        if (left == calls && !pool_.help())
            return;
        calls = left;
    }
}

// What the workers brought back.
void Engine::fetch(Works& works) {
    pool_.fetch(works);
    for (auto& work : works) {
        if (!work->failure)
            continue;
        try {
            std::rethrow_exception(work->failure);
        } catch (const std::exception& failure) {
            drop(*work, failure);
        }
        let_go(*work);
        work.reset();
    }
    std::erase(works, nullptr);
}

// As many posts as one transaction takes up: half of what the workers can have in hand.
std::size_t Engine::share() const {
    const auto most = std::max<std::size_t>(1, options_.workers);
    return (most + 1) / 2;
}

// How many calls could start as soon as they are claimed.
std::size_t Engine::free() const {
    auto taken = std::size_t{0};
    for (const auto& turn : writing_)
        taken += turn->taken.size();
    const auto left = pool_.free();
    return left > taken ? left - taken : 0;
}

void Engine::take_up(Turn& turn) {
    const auto most = std::min(free(), share());
    if (most == 0)
        return;
    if (ahead_.works.empty() || clock_.monotonic() - ahead_.at > freshness)
        look_ahead();
    turn.stale = std::exchange(ahead_.stale, {});
    auto& ready = ahead_.works;
    const auto end = ready.begin() + static_cast<std::ptrdiff_t>(std::min(most, ready.size()));
    std::move(ready.begin(), end, std::back_inserter(turn.taken));
    ready.erase(ready.begin(), end);
    for (const auto& work : turn.taken)
        take_in_hand(*work);
}

void Engine::write(store::Transaction& transaction, Turn& turn) const {
    std::vector<Work*> back;
    for (const auto& work : turn.back)
        back.push_back(work.get());
    std::vector<Work*> taken;
    for (const auto& work : turn.taken)
        taken.push_back(work.get());
    deliverer_.turn(transaction, back, taken);
    for (const auto& account : turn.stale)
        delivery::reset_lane(transaction, account);
}

void Engine::submit(std::shared_ptr<Turn> turn) {
    try {
        turn->written = store_.submit(
            [this, turn](store::Transaction& transaction) { write(transaction, *turn); },
            [wake = wake_] { wake->signal(); });
    } catch (const std::exception& error) {
        settle_after_fault(*turn, Error(Code::internal, error.what()));
        return;
    }
    writing_.push_back(std::move(turn));
}

// Whether another transaction should begin now. Behind one that is under way it waits for as much
// as a transaction should hold, or for the last call.
bool Engine::may_begin() const {
    if (writing_.empty())
        return true;
    return writing_.size() < most_writing && (pool_.calls() == 0 || pool_.back() >= share());
}

// Waits for the disk, and settles what was written.
bool Engine::finish(Turn& turn) {
    std::optional<Error> fault;
    try {
        if (turn.written)
            turn.written->get();
        else
            store_.write([&](store::Transaction& transaction) { write(transaction, turn); });
    } catch (const Error& error) {
        fault = error;
    } catch (const std::exception& error) {
        fault = Error(Code::internal, error.what());
    }
    return fault ? settle_after_fault(turn, *fault) : settle(turn);
}

bool Engine::finish_written() {
    bool did = false;
    while (!writing_.empty() && writing_.front()->written->is_over()) {
        const auto turn = std::move(writing_.front());
        writing_.pop_front();
        did = finish(*turn) || did;
    }
    return did;
}

bool Engine::turn(bool may_claim) {
    bool did = finish_written();
    if (!may_begin())
        return did;
    if (writing_.empty())
        gather();
    auto turn = std::make_shared<Turn>();
    std::exception_ptr unread;  // what the workers brought back comes first
    const auto attempt = [&unread](const auto& step) {
        try {
            step();
        } catch (const std::exception&) {
            unread = std::current_exception();
        }
    };
    if (may_claim)
        attempt([&] { take_up(*turn); });
    fetch(turn->back);
    if (!turn->is_empty()) {
        if (!writing_.empty() || turn->back.size() + turn->taken.size() > few) {
            submit(std::move(turn));
            did = true;
        } else {
            did = finish(*turn) || did;
        }
        // While it goes to the disk and the calls are made.
        if (may_claim && !unread && did && ahead_.works.empty() &&
            (free() == 0 || !writing_.empty()))
            attempt([&] { look_ahead(); });
    }
    if (unread)
        std::rethrow_exception(unread);
    return did;
}

// It is durable: calls may be made, and what ended is over.
bool Engine::settle(Turn& turn) {
    bool did = !turn.back.empty() || !turn.stale.empty();
    Works next;
    for (auto* works : {&turn.back, &turn.taken}) {
        for (auto& work : *works) {
            deliverer_.intended(*work);
            const bool is_claimed = works == &turn.taken && work->lane;
            did = did || is_claimed || work->is_put_off;
            was_refused_ =
                was_refused_ || (works == &turn.taken && !work->lane && !work->is_put_off);
            if (is_claimed ? work->next != delivery::Next::rest : work->goes_on) {
                next.push_back(std::move(work));
                continue;
            }
            let_go(*work);
            if (is_claimed || works == &turn.back)
                count(*work);
        }
        works->clear();
    }
    pool_.start(next);
    return did;
}

void Engine::record_alone(std::unique_ptr<Work> work, Works& again) {
    try {
        const bool goes_on = record(*work);
        deliverer_.intended(*work);
        if (goes_on) {
            again.push_back(std::move(work));
            return;
        }
        count(*work);
    } catch (const std::exception& fault) {
        drop(*work, fault);
    }
    let_go(*work);
}

void Engine::claim_alone(std::unique_ptr<Work> work, Works& started) {
    const auto account = work->post.account;
    try {
        store_.write(
            [&](store::Transaction& transaction) { deliverer_.claim(transaction, *work); });
    } catch (const Error& fault) {
        has_orphans_ = true;
        let_go(*work);
        if (may_pass(fault.code()))
            throw;
        set_aside(account, fault);
        return;
    }
    deliverer_.intended(*work);
    if (work->lane && work->next != delivery::Next::rest) {
        started.push_back(std::move(work));
        return;
    }
    let_go(*work);
    if (work->lane)
        count(*work);
}

// Whether it became durable is not certain. None of the claimed was performed; what came back has
// been, and has to be written down.
bool Engine::settle_after_fault(Turn& turn, const Error& fault) {
    Works next;
    for (auto& work : turn.back)
        record_alone(std::move(work), next);
    auto& taken = turn.taken;
    if (!taken.empty())
        has_orphans_ = true;
    std::exception_ptr passing;
    if (may_pass(fault.code())) {
        if (!taken.empty())
            passing = std::make_exception_ptr(fault);
    } else if (taken.size() == 1 && turn.back.empty()) {
        set_aside(taken.front()->post.account, fault);
        let_go(*taken.front());
        taken.clear();
    }
    // One of them cannot be written: find out which.
    for (auto& work : taken) {
        if (passing) {
            let_go(*work);
            continue;
        }
        try {
            claim_alone(std::move(work), next);
        } catch (const Error&) {
            passing = std::current_exception();
        }
    }
    const bool did = !turn.back.empty() || !next.empty();
    pool_.start(next);
    if (passing)
        std::rethrow_exception(passing);
    return did;
}

// Until nothing is in hand any more; takes up nothing new.
void Engine::drain() noexcept {
    ahead_ = {};
    for (int faults = 0; !in_hand_.empty() && faults < most_faults_when_stopping;) {
        try {
            if (!turn(false))
                await_any(Milliseconds(100));
        } catch (const std::exception& fault) {
            log_.write(Level::error, "engine.fault", {{"error", fault.what()}});
            ++faults;
        }
    }
    await_written();
}

// Nothing is left that the writer works on, whatever came of it.
void Engine::await_written() noexcept {
    while (!writing_.empty()) {
        const auto turn = std::move(writing_.front());
        writing_.pop_front();
        try {
            turn->written->get();
        } catch (const std::exception& fault) {
            log_.write(Level::error, "engine.fault", {{"error", fault.what()}});
        }
        has_orphans_ = true;
    }
}

}  // namespace caas::flow
