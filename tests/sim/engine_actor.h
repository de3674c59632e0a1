// One engine of a simulated run: the real decisions and the real SQL, driven event by event, so
// that anything may happen between two of them.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "core/flow/deliver.h"
#include "tests/fake/fake_clock.h"
#include "tests/sim/world.h"

namespace caas::sim {

class EngineActor : public std::enable_shared_from_this<EngineActor> {
  public:
    EngineActor(World& world, EngineId id, IdMaker& ids, Milliseconds wall_offset);

    // Joins, takes over from the dead, and looks for work from then on.
    void start();

    void kill() { is_alive_ = false; }

    // Its process gets no time until then; its calls go on.
    void stall(std::int64_t until);

    // Once only: what drivers count on stands an hour either way, not two. False: it was before.
    bool set_wall_clock(Milliseconds by) {
        if (was_set_)
            return false;
        was_set_ = true;
        offset_ += by;
        return true;
    }

    bool is_alive() const { return is_alive_; }

    bool is_stalled_for(std::int64_t ms) const;

    bool is_idle() const { return works_.empty() && claims_ == 0; }

    bool has_call() const { return !calling_.empty(); }

    bool is_calling(const AccountId& account) const {
        return is_alive_ && calling_.contains(account);
    }

    const EngineId& id() const { return deliverer_.ledger().engine(); }

  private:
    using Shared = std::shared_ptr<flow::Work>;

    // The event happens only while this engine lives, and after its stall.
    void later(std::int64_t ms, std::function<void()> event);
    void run(const std::function<void()>& event);
    void show_time();
    void tick();
    void sweep();
    void claim(const std::vector<Shared>& works);
    void call(const Shared& work);
    void record(const Shared& work);
    void drop(const Shared& work);

    World& world_;
    fake::FakeClock clock_;
    Milliseconds offset_;
    flow::Deliverer deliverer_;
    bool was_set_ = false;
    bool is_alive_ = true;
    bool has_orphans_ = false;
    std::int64_t stalled_from_ = 0;
    std::int64_t stalled_until_ = 0;
    std::int64_t swept_at_ = 0;
    std::vector<Shared> works_;
    int claims_ = 0;
    std::multiset<AccountId> calling_;
};

}  // namespace caas::sim
