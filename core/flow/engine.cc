#include "core/flow/engine.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"

namespace caas::flow {
namespace {

// After a fault of the store.
constexpr Backoff fault_pace{std::chrono::seconds(1), std::chrono::seconds(30)};
// When everything due turned out to be in other hands.
constexpr Milliseconds breath{100};

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
          [this](Work& work) { carry(work); },
          [this] { wake_.signal(); }) {}

Engine::~Engine() {
    while (!pool_.is_idle())
        wake_.wait(std::nullopt, breath);
    leave();
}

void Engine::join() {
    if (liveness_)
        return;
    auto liveness = make_liveness_(id_);
    store_.write([this](store::Transaction& transaction) {
        deliverer_.ledger().join(transaction, options_.description, clock_.now());
    });
    liveness_ = std::move(liveness);
    sweep();
}

void Engine::leave() noexcept {
    if (!liveness_)
        return;
    try {
        store_.write(
            [this](store::Transaction& transaction) { deliverer_.ledger().leave(transaction); });
    } catch (const std::exception& fault) {
        // The sign of life goes out with us, so the next engine settles what is left.
        log_.write(Level::warn, "engine.leave_failed", {{"error", fault.what()}});
    }
    liveness_.reset();
}

bool Engine::has_others() {
    return store_.read(
        [this](store::Reader& reader) { return !delivery::other_engines(reader, id_).empty(); });
}

// Takes over from dead engines, and what this one holds without working on it.
void Engine::sweep() {
    swept_at_ = clock_.monotonic();
    bool has_orphans = false;
    {
        const std::scoped_lock lock(mutex_);
        has_orphans = std::exchange(has_orphans_, false);
    }
    const auto others =
        store_.read([this](store::Reader& reader) { return delivery::other_engines(reader, id_); });
    for (const auto& other : others) {
        if (!liveness_->is_dead(other))
            continue;
        const int posts = store_.write([&](store::Transaction& transaction) {
            return delivery::bury(
                transaction, other, deliverer_.machine(), doors_.policy, clock_.now());
        });
        liveness_->forget(other);
        log_.write(
            Level::info,
            "engine.took_over",
            {{"from", other.text()}, {"posts", std::to_string(posts)}});
    }
    if (!has_orphans)
        return;
    store_.write([&](store::Transaction& transaction) {
        for (const auto& lane : delivery::lanes_held_by(transaction, id_)) {
            if (!pool_.has(lane.account))
                delivery::abandon(
                    transaction, lane, deliverer_.machine(), doors_.policy, clock_.now());
        }
    });
}

// Sleeps until something may be due.
void Engine::rest(const Round& last) {
    std::optional<Milliseconds> most;
    if (last.found > 0)
        most = breath;
    std::optional<Instant> at;
    if (pool_.free() > 0)
        at = next_wake();
    // What was set aside stays due and may not keep us awake.
    if (!set_aside_.empty() && at && *at <= clock_.now()) {
        at.reset();
        most = std::max(most.value_or(breath), Milliseconds(std::chrono::seconds(1)));
    }
    if (has_others())
        most = std::min(most.value_or(options_.recheck), options_.recheck);
    wake_.wait(at, most);
}

void Engine::run(const std::stop_token& stop) {
    stop_ = stop;
    const std::stop_callback waker(stop, [this] { wake_.signal(); });
    int faults = 0;
    while (!stop.stop_requested()) {
        try {
            join();
            if (clock_.monotonic() - swept_at_ >= options_.recheck || has_orphans())
                sweep();
            const auto last = round();
            faults = 0;
            if (last.settled == 0 || pool_.free() == 0)
                rest(last);
        } catch (const std::exception& fault) {
            log_.write(Level::error, "engine.fault", {{"error", fault.what()}});
            ++faults;
            wake_.wait(
                std::nullopt,
                std::min(
                    fault_pace.cap,
                    Milliseconds(fault_pace.base.count() << std::min(faults - 1, 5))));
        }
    }
    while (!pool_.is_idle())
        wake_.wait(std::nullopt, breath);
    leave();
}

Counts Engine::run_once(const std::stop_token& stop) {
    stop_ = stop;
    const std::stop_callback waker(stop, [this] { wake_.signal(); });
    join();
    {
        const std::scoped_lock lock(mutex_);
        counts_ = {};
    }
    while (!stop.stop_requested()) {
        if (has_orphans())
            sweep();
        const auto last = round();
        if (last.settled > 0 && pool_.free() > 0)
            continue;
        if (last.settled == 0 && pool_.is_idle() && !has_orphans())
            break;
        wake_.wait(std::nullopt, breath);
    }
    while (!pool_.is_idle())
        wake_.wait(std::nullopt, breath);
    const std::scoped_lock lock(mutex_);
    return counts_;
}

delivery::Post Engine::deliver_one(const PostId& id, const std::stop_token& stop) {
    stop_ = stop;
    join();
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
        std::vector<std::unique_ptr<Work>> works;
        works.push_back(std::move(work));
        claim(works, {});
        if (!works.empty() && works.front()->next != delivery::Next::rest)
            carry(*works.front());
    }
}

std::optional<Instant> Engine::next_wake() {
    return store_.read([](store::Reader& reader) { return delivery::next_wake(reader); });
}

bool Engine::has_orphans() {
    const std::scoped_lock lock(mutex_);
    return has_orphans_;
}

}  // namespace caas::flow
