#include "tests/sim/engine_actor.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/delivery/ledger.h"

namespace caas::sim {
namespace {

constexpr std::size_t workers = 3;
constexpr std::int64_t recheck = 10'000;
constexpr std::int64_t start_of_time = 1'795'341'600'000;

}  // namespace

EngineActor::EngineActor(World& world, EngineId id, IdMaker& ids, Milliseconds wall_offset)
    : world_(world),
      clock_(from_ms(start_of_time)),
      offset_(wall_offset),
      deliverer_(
          delivery::Ledger(std::move(id), world.setting.guards),
          {world.doors, world.platform, clock_, world.random, ids}) {}

void EngineActor::show_time() {
    const auto monotonic = std::chrono::duration_cast<Milliseconds>(clock_.monotonic()).count();
    if (monotonic < world_.now)
        clock_.advance(Milliseconds(world_.now - monotonic));
    const auto wall = from_ms(start_of_time + world_.now) + offset_;
    clock_.jump(wall - clock_.now());
}

bool EngineActor::is_stalled_for(std::int64_t ms) const {
    return world_.now < stalled_until_ && world_.now - stalled_from_ >= ms;
}

void EngineActor::stall(std::int64_t until) {
    stalled_from_ = world_.now;
    stalled_until_ = until;
}

void EngineActor::later(std::int64_t ms, std::function<void()> event) {
    world_.after(ms, [self = shared_from_this(), event = std::move(event)] { self->run(event); });
}

void EngineActor::run(const std::function<void()>& event) {
    if (!is_alive_)
        return;
    if (world_.now < stalled_until_) {
        later(stalled_until_ - world_.now, event);
        return;
    }
    show_time();
    event();
}

void EngineActor::start() {
    later(0, [this] {
        try {
            world_.write([this](store::Transaction& transaction) {
                deliverer_.ledger().join(transaction, "sim", clock_.now());
            });
            sweep();
            tick();
        } catch (const Error&) {
            later(500, [this] { start(); });
        }
    });
}

void EngineActor::sweep() {
    swept_at_ = world_.now;
    const bool had_orphans = std::exchange(has_orphans_, false);
    for (const auto& other : delivery::other_engines(world_.reader(), id())) {
        if (!world_.is_dead(other))
            continue;
        world_.write([&](store::Transaction& transaction) {
            delivery::bury(
                transaction, other, deliverer_.machine(), world_.doors.policy, clock_.now());
        });
    }
    if (!had_orphans)
        return;
    world_.write([&](store::Transaction& transaction) {
        for (const auto& lane : delivery::lanes_held_by(transaction, id())) {
            const bool is_worked_on = std::ranges::any_of(
                works_, [&](const Shared& work) { return work->post.account == lane.account; });
            if (!is_worked_on)
                delivery::abandon(
                    transaction, lane, deliverer_.machine(), world_.doors.policy, clock_.now());
        }
    });
}

void EngineActor::tick() {
    std::int64_t pause = world_.chance.latency(2'000, 8'000);
    try {
        if (world_.now - swept_at_ >= recheck || has_orphans_)
            sweep();
        std::vector<Shared> found;
        if (works_.size() < workers && claims_ == 0) {
            for (const auto& lane :
                 delivery::due_lanes(world_.reader(), clock_.now(), workers - works_.size())) {
                if (auto work = deliverer_.prepare(world_.reader(), lane))
                    found.push_back(std::make_shared<flow::Work>(std::move(*work)));
                else
                    world_.write([&](store::Transaction& transaction) {
                        delivery::reset_lane(transaction, lane.account);
                    });
            }
        }
        if (!found.empty()) {
            ++claims_;
            later(world_.chance.latency(20, 3'000), [this, found] { claim(found); });
        }
        // In the last act only what is due counts, so that it ends soon.
        if (world_.is_calm && found.empty() && is_idle()) {
            const auto wake = delivery::next_wake(world_.reader());
            if (wake && *wake > clock_.now())
                pause = std::max<std::int64_t>(pause, (*wake - clock_.now()).count());
        }
    } catch (const Error&) {
        pause = 1'000;
    }
    later(pause, [this] { tick(); });
}

void EngineActor::claim(const std::vector<Shared>& works) {
    --claims_;
    try {
        world_.write([&](store::Transaction& transaction) {
            for (const auto& work : works) {
                if (!deliverer_.claim(transaction, *work))
                    work->lane.reset();
            }
        });
    } catch (const Error&) {
        has_orphans_ = true;
        return;
    }
    for (const auto& work : works) {
        deliverer_.intended(*work);
        if (!work->lane || work->next == delivery::Next::rest)
            continue;
        works_.push_back(work);
        later(world_.chance.latency(10, 2'000), [this, work] { call(work); });
    }
}

void EngineActor::call(const Shared& work) {
    const auto post = work->post.id.text();
    const auto account = work->post.account;
    const bool performs = work->next == delivery::Next::perform;
    // An engine that is taken for dead while it stalls may have a call under way; and whoever looks
    // does no harm.
    if (performs && !world_.has_stalls && world_.is_calling(account))
        world_.complain("two calls at once for account " + account.text());
    if (performs)
        calling_.insert(account);
    ++world_.calls[post];
    deliverer_.call(*work);
    const auto takes = world_.is_calm ? 10 : world_.chance.latency(6'000, 29'000);
    // The answer is on its way even when the one who asked is dead.
    world_.after(takes, [world = &world_, post] { --world->calls[post]; });
    later(takes, [this, work, account, performs] {
        if (performs)
            calling_.erase(calling_.find(account));
        deliverer_.conclude(*work, false);
        record(work);
    });
}

void EngineActor::drop(const Shared& work) {
    std::erase(works_, work);
}

void EngineActor::record(const Shared& work) {
    bool goes_on = false;
    try {
        world_.write([&](store::Transaction& transaction) {
            goes_on = deliverer_.record(transaction, *work);
        });
    } catch (const Error& fault) {
        if (fault.code() == Code::unavailable) {
            later(world_.chance.between(50, 500), [this, work] { record(work); });
            return;
        }
        // Only without a guard: the post was changed under our hands.
        has_orphans_ = true;
        drop(work);
        return;
    }
    if (work->is_lost)
        ++world_.counted().lanes_lost;
    if (!goes_on) {
        drop(work);
        return;
    }
    deliverer_.intended(*work);
    later(world_.chance.latency(10, 2'000), [this, work] { call(work); });
}

}  // namespace caas::sim
