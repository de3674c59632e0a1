// The engine: takes up posts that are due and carries each to its outcome. It runs inside the
// daemon (`run`), inside `caasd --once` (`run_once`) and inside `caas publish` (`deliver_one`).
//
// `run`, `run_once` and `deliver_one` are for one thread and one at a time; `wake` and
// `is_idle` are for any.
// Owns its workers; everything in Parts must outlive it.
//
// Workers only make calls. The thread that runs the engine decides what is written: in one
// transaction what the workers brought back and the claims of what they start next. At most half of
// the workers' posts go into one transaction, so that the calls of one half are made while the
// other half goes to the disk; and while both are under way it reads what may come after.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/delivery/liveness.h"
#include "core/delivery/post.h"
#include "core/flow/deliver.h"
#include "core/flow/deliver_doors.h"
#include "core/flow/engine_pool.h"
#include "core/flow/engine_wake.h"
#include "core/net/http_client.h"
#include "core/store/store.h"

namespace caas::flow {

// How the posts ended that an engine had in hand; one that was taken up twice counts twice.
struct Counts {
    int published = 0;
    int failed = 0;
    int unconfirmed = 0;
    int missed = 0;
    int waiting = 0;  // tried again later
    int paused = 0;
    int lost = 0;  // another engine took over
};

class Engine {
  public:
    struct Parts {
        store::Store& store;
        const Doors& doors;
        net::HttpClient& http;
        Clock& clock;
        Random& random;
        IdMaker& ids;
        Log& log;
        // Makes this engine's sign of life, before it takes anything up.
        std::function<std::unique_ptr<delivery::Liveness>(const EngineId&)> liveness;
    };

    struct Options {
        std::size_t workers = 8;
        std::string description;  // for people: which program
        delivery::Pace pace{};
        // How often to ask whether another engine died, while there is one.
        Milliseconds recheck = std::chrono::seconds(30);
    };

    Engine(const Parts& parts, Options options);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    // Waits for the posts in hand and leaves.
    ~Engine();

    const EngineId& id() const { return id_; }

    // Until `stop`: then what is in flight ends, no further step is begun, and what was not begun
    // is given back. Faults of the store are logged and waited for.
    void run(const std::stop_token& stop);
    // Everything that is due, until nothing is due any more. Throws Error of the store.
    Counts run_once(const std::stop_token& stop);
    // Carries this one post if it is due and nobody has its account in hand. Gives the post as it
    // is then; it may be waiting, or in another engine's hands. Throws Error(not_found), and
    // Error(unconfirmed) when its outcome, or that of a post before it, could not be written down
    // within `most` and a moment: it is kept, and tried first the next time and at the end.
    delivery::Post deliver_one(
        const PostId& id,
        const std::stop_token& stop,
        std::optional<Milliseconds> most = std::nullopt);

    // Something may be due now.
    void wake() noexcept { wake_->signal(); }

    // Whether no post is in hand. From any thread.
    bool is_idle() const { return posts_in_hand_ == 0; }

    // When the next post wants an engine.
    std::optional<Instant> next_wake();

  private:
    using Works = std::vector<std::unique_ptr<Work>>;

    // What one transaction writes.
    struct Turn {
        Works back;                    // their calls were made: outcomes are written down
        Works taken;                   // due: claimed, if nobody was faster
        std::vector<AccountId> stale;  // lanes that only seemed due
        std::optional<store::Submitted> written{};

        bool is_empty() const { return back.empty() && taken.empty() && stale.empty(); }
    };

    // What was read ahead of its claim.
    struct Ahead {
        Works works;
        std::vector<AccountId> stale;
        Monotonic at{};
        Instant until{};        // what was due by then
        std::size_t reach = 0;  // so many were looked for
        std::size_t found = 0;
    };

    // Whether a fault of the store may be gone when the same is tried again.
    static bool may_pass(Code code);
    // What is wrong with one row, and not with the store.
    static bool is_damage(const Error& fault);

    void join();
    void leave() noexcept;
    bool is_sweep_due();
    void sweep();
    void heed_clock();
    void stay_joined();
    void take_over(const EngineId& dead);
    int take_over_each(const EngineId& dead);
    bool has_others();
    // One turn of the wheel; false when nothing came of it.
    bool turn(bool may_claim);
    std::size_t share() const;
    std::size_t free() const;
    bool may_begin() const;
    std::size_t reach() const;
    void look_ahead();
    void prepare(store::Reader& reader, std::span<const delivery::DueLane> lanes);
    void prepare_each(store::Reader& reader, std::span<const delivery::DueLane> lanes);
    void gather();
    void fetch(Works& works);
    void take_up(Turn& turn);
    void write(store::Transaction& transaction, Turn& turn) const;
    void submit(std::shared_ptr<Turn> turn);
    bool finish(Turn& turn);
    bool finish_written();
    void await_written() noexcept;
    bool settle(Turn& turn);
    bool settle_after_fault(Turn& turn, const Error& fault);
    void drain() noexcept;
    bool has_in_hand(const AccountId& account) const;
    void take_in_hand(const Work& work);
    void let_go(const Work& work);
    void set_aside(const AccountId& account, const std::exception& fault);
    void call(Work& work) noexcept;
    void carry(std::unique_ptr<Work> work, bool is_answered = false);
    void carry_last() noexcept;
    [[noreturn]] void keep(std::unique_ptr<Work> work, const Error& fault);
    Monotonic record_until(const Work& work);
    bool record(Work& work);
    void record_alone(std::unique_ptr<Work> work, Works& again);
    void claim_alone(std::unique_ptr<Work> work, Works& started);
    void heed(const std::stop_token& stop);
    void drop(const Work& work, const std::exception& fault);
    void count(const Work& work);
    bool spread();
    void await_any(Milliseconds most);
    void rest();

    store::Store& store_;
    const Doors& doors_;
    Clock& clock_;
    Log& log_;
    std::function<std::unique_ptr<delivery::Liveness>(const EngineId&)> make_liveness_;
    Options options_;
    EngineId id_;
    Deliverer deliverer_;
    std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();  // shared with what is being written
    std::unique_ptr<delivery::Liveness> liveness_;
    Monotonic swept_at_{};
    // The latest that the wall clock showed since it was last found to be right.
    std::optional<Instant> seen_on_;
    std::set<AccountId> set_aside_;  // lanes that cannot be worked on until a restart
    std::stop_token stop_;
    std::optional<Monotonic> stopped_at_;  // when it was first seen that a stop is asked for
    // Until when somebody waits for the one post that is carried.
    std::optional<Monotonic> awaited_until_;
    // A post whose call was made, and whose outcome is still to be written.
    std::unique_ptr<Work> unwritten_;
    // Accounts with a post that is claimed, or about to be, and not yet recorded.
    std::unordered_set<AccountId> in_hand_;
    std::atomic<std::size_t> posts_in_hand_ = 0;
    Ahead ahead_;
    std::deque<std::shared_ptr<Turn>> writing_;  // on their way to the disk, the oldest first
    Counts counts_;
    // This engine holds a lane that nobody works on, as after a fault.
    bool has_orphans_ = false;
    // A lane that seemed free was not to be had: somebody was faster, or takes this engine for
    // dead.
    bool was_refused_ = false;
    // Last, so that the workers are gone before what they use.
    Pool pool_;
};

}  // namespace caas::flow
