#include "core/flow/engine.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/budget.h"
#include "core/delivery/turn.h"

namespace caas::flow {
namespace {

// After a fault of the store.
constexpr Backoff fault_pace{std::chrono::seconds(1), std::chrono::seconds(30)};
// When everything due turned out to be in other hands.
constexpr Milliseconds breath{100};
// How often an engine tries to leave a store that fails.
constexpr int most_leaves = 2;
// How often to look what is wrong when lanes are not to be had.
constexpr Milliseconds refusal_pace{1000};
// A wall clock that is set back by less delays nothing that anybody would notice.
constexpr Milliseconds least_set_back = std::chrono::minutes(1);
// How long queued calls wait for a worker before another is woken.
constexpr std::chrono::microseconds nudge{100};

}  // namespace

Engine::Engine(const Parts& parts, Options options)
    : store_(parts.store),
      doors_(parts.doors),
      clock_(parts.clock),
      log_(parts.log),
      make_liveness_(parts.liveness),
      options_(std::move(options)),
      id_(parts.ids.make<EngineId>()),
      deliverer_(
          delivery::Ledger(id_),
          {parts.doors, parts.http, parts.clock, parts.random, parts.ids},
          options_.pace),
      pool_(
          std::max<std::size_t>(1, options_.workers),
          parts.clock,
          [this](Work& work) { call(work); },
          [this] { wake_->signal(); }) {}

Engine::~Engine() {
    drain();
    carry_last();
    leave();
}

void Engine::join() {
    if (liveness_)
        return;
    auto liveness = make_liveness_(id_);
    store_.write([this](store::Transaction& transaction) {
        deliverer_.ledger().join(transaction, options_.description, clock_.now());
        delivery::prune_budgets(transaction, clock_.now());
    });
    liveness_ = std::move(liveness);
    sweep();
}

void Engine::leave() noexcept {
    if (!liveness_)
        return;
    for (int tried = 1; tried <= most_leaves; ++tried) {
        try {
            store_.write([this](store::Transaction& transaction) {
                deliverer_.ledger().leave(transaction);
            });
            break;
        } catch (const std::exception& fault) {
            // The sign of life goes out with us, so the next engine settles what is left.
            log_.write(Level::warn, "engine.leave_failed", {{"error", fault.what()}});
        }
    }
    liveness_.reset();
}

bool Engine::has_others() {
    return store_.read(
        [this](store::Reader& reader) { return !delivery::other_engines(reader, id_).empty(); });
}

// Asked before each turn, which puts posts off by what the wall clock shows: that is noted here.
bool Engine::is_sweep_due() {
    const auto now = clock_.now();
    const bool was_set_back = seen_on_ && now + least_set_back < *seen_on_;
    if (seen_on_)
        seen_on_ = std::max(*seen_on_, now);
    const auto since = clock_.monotonic() - swept_at_;
    return has_orphans_ || (was_refused_ && since >= refusal_pace) || since >= options_.recheck ||
           was_set_back;
}

// Takes over from dead engines, and gives up what this one holds without working on it: after a
// fault, or because somebody else wrote that it does.
void Engine::sweep() {
    swept_at_ = clock_.monotonic();
    was_refused_ = false;
    stay_joined();
    heed_clock();
    const auto others =
        store_.read([this](store::Reader& reader) { return delivery::other_engines(reader, id_); });
    for (const auto& other : others) {
        if (liveness_->is_dead(other))
            take_over(other);
    }
    const auto is_orphan = [this](const auto& lane) { return !has_in_hand(lane.account); };
    const bool has_some = store_.read([&](store::Reader& reader) {
        return std::ranges::any_of(delivery::lanes_held_by(reader, id_), is_orphan);
    });
    if (has_some)
        store_.write([&](store::Transaction& transaction) {
            for (const auto& lane : delivery::lanes_held_by(transaction, id_)) {
                if (is_orphan(lane))
                    delivery::abandon(
                        transaction, lane, deliverer_.machine(), doors_.policy, clock_.now());
            }
        });
    has_orphans_ = false;
}

// A wall clock that was set back, maybe before this engine began, leaves posts waiting for a time
// that is far off again, and budgets spent until then.
void Engine::heed_clock() {
    const auto now = clock_.now();
    const auto last = seen_on_ ? seen_on_ : store_.read(delivery::last_published);
    if (last && now + least_set_back < *last) {
        // What went out last, which is all that is known at a start, does not tell by how much.
        const auto set_back = seen_on_ ? *seen_on_ - now : Milliseconds::zero();
        const int woken = store_.write([now, set_back](store::Transaction& transaction) {
            delivery::shorten_debts(transaction, set_back, now);
            return delivery::wake_stranded(transaction, now);
        });
        if (woken > 0)
            log_.write(Level::warn, "engine.clock_set_back", {{"posts", std::to_string(woken)}});
    }
    seen_on_ = now;
}

void Engine::take_over(const EngineId& dead) {
    int posts = 0;
    try {
        posts = store_.write([&](store::Transaction& transaction) {
            return delivery::bury(
                transaction, dead, deliverer_.machine(), doors_.policy, clock_.now());
        });
        liveness_->forget(dead);
    } catch (const Error& fault) {
        if (!is_damage(fault))
            throw;
        posts = take_over_each(dead);
    }
    log_.write(
        Level::info, "engine.took_over", {{"from", dead.text()}, {"posts", std::to_string(posts)}});
}

// One account's damaged row does not keep the others from being taken over; its lane stays where it
// is.
int Engine::take_over_each(const EngineId& dead) {
    const auto lanes =
        store_.read([&](store::Reader& reader) { return delivery::lanes_held_by(reader, dead); });
    int posts = 0;
    for (const auto& lane : lanes) {
        if (set_aside_.contains(lane.account))
            continue;
        try {
            store_.write([&](store::Transaction& transaction) {
                delivery::abandon(
                    transaction, lane, deliverer_.machine(), doors_.policy, clock_.now());
            });
            ++posts;
        } catch (const Error& fault) {
            if (!is_damage(fault))
                throw;
            set_aside(lane.account, fault);
        }
    }
    return posts;
}

// Whoever was taken for dead, as when somebody removed its lock file, may take no lane.
void Engine::stay_joined() {
    const bool is_known =
        store_.read([this](store::Reader& reader) { return delivery::has_joined(reader, id_); });
    if (is_known)
        return;
    log_.write(Level::warn, "engine.was_taken_for_dead", {});
    store_.write([this](store::Transaction& transaction) {
        deliverer_.ledger().join(transaction, options_.description, clock_.now());
    });
}

// Finds workers for queued calls that turn out to need more of them. True when somebody came back
// meanwhile.
bool Engine::spread() {
    while (pool_.has_queued()) {
        if (wake_->pause(nudge))
            return true;
        pool_.help();
    }
    return false;
}

// Waits for a worker or the writer to come back.
void Engine::await_any(Milliseconds most) {
    if (!spread())
        wake_->wait(std::nullopt, most);
}

// Sleeps until something may be due, or somebody comes back.
void Engine::rest() {
    if (pool_.has_queued()) {
        // However long their calls take, what comes due meanwhile has its own time.
        spread();
        return;
    }
    if (!writing_.empty()) {
        wake_->wait(std::nullopt, std::nullopt);
        return;
    }
    std::optional<Milliseconds> most;
    std::optional<Instant> at;
    if (free() > 0)
        at = next_wake();
    if (at && *at > ahead_.until && *at <= clock_.now())
        return;  // it came due since
    if (at && *at <= ahead_.until) {
        // Due, and yet there was nothing to do: it is set aside, or in other hands.
        at.reset();
        most = set_aside_.empty() ? breath : Milliseconds(std::chrono::seconds(1));
    }
    if (has_others())
        most = std::min(most.value_or(options_.recheck), options_.recheck);
    wake_->wait(at, most);
}

void Engine::heed(const std::stop_token& stop) {
    stop_ = stop;
    stopped_at_.reset();
    awaited_until_.reset();
}

void Engine::run(const std::stop_token& stop) {
    heed(stop);
    const std::stop_callback waker(stop, [this] { wake_->signal(); });
    int faults = 0;
    while (!stop.stop_requested()) {
        try {
            join();
            if (is_sweep_due())
                sweep();
            const bool did = turn(true);
            faults = 0;
            if (!did)
                rest();
        } catch (const std::exception& fault) {
            log_.write(Level::error, "engine.fault", {{"error", fault.what()}});
            ++faults;
            wake_->wait(
                std::nullopt,
                std::min(
                    fault_pace.cap,
                    Milliseconds(fault_pace.base.count() << std::min(faults - 1, 5))));
        }
    }
    drain();
    leave();
}

Counts Engine::run_once(const std::stop_token& stop) {
    heed(stop);
    const std::stop_callback waker(stop, [this] { wake_->signal(); });
    join();
    counts_ = {};
    while (!stop.stop_requested()) {
        if (is_sweep_due())
            sweep();
        if (turn(true))
            continue;
        if (in_hand_.empty() && !has_orphans_)
            break;
        await_any(breath);
    }
    drain();
    return counts_;
}

delivery::Post Engine::deliver_one(
    const PostId& id, const std::stop_token& stop, std::optional<Milliseconds> most) {
    heed(stop);
    if (most)
        awaited_until_ = clock_.monotonic() + *most;
    join();
    if (unwritten_)
        carry(std::move(unwritten_), true);
    // Whoever waits for its post comes again and again: what holds it up may have died meanwhile.
    if (is_sweep_due())
        sweep();
    // Whoever was faster is asked again a few times: it may only have looked at a neighbour.
    for (int tried = 0;; ++tried) {
        std::unique_ptr<Work> work;
        const auto post = store_.read([&](store::Reader& reader) {
            auto found = delivery::find_post(reader, id);
            if (!found)
                throw Error(Code::not_found, "There is no post " + id.text() + ".");
            const auto lane = delivery::free_lane_of(reader, found->account);
            if (lane && !stop.stop_requested() && tried < 3) {
                if (auto prepared = deliverer_.prepare(reader, *lane, id))
                    work = std::make_unique<Work>(std::move(*prepared));
            }
            return *found;
        });
        if (!work)
            return post;
        store_.write(
            [&](store::Transaction& transaction) { deliverer_.claim(transaction, *work); });
        deliverer_.intended(*work);
        if (work->lane && work->next != delivery::Next::rest)
            carry(std::move(work));
    }
}

std::optional<Instant> Engine::next_wake() {
    return store_.read([](store::Reader& reader) { return delivery::next_wake(reader); });
}

}  // namespace caas::flow
