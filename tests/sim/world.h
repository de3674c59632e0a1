// One simulated run: a database, a platform, two or three engines that are killed, stalled and
// restarted between any two events, and a person who edits, moves, cancels, retries and reconciles.
//
// Everything happens on one thread and follows from the seed. The engines run the real Deliverer,
// Ledger and SQL; only time, chance and the platform are pretended.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/delivery/lane.h"
#include "core/delivery/post.h"
#include "core/flow/deliver_doors.h"
#include "core/store/connection.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/sim/chance.h"
#include "tests/sim/platform_model.h"

namespace caas::sim {

// The database, made once and emptied for each run.
class Database {
  public:
    Database();

    store::Connection& connection() { return travels_ ? *far_ : *connection_; }

    // As if it were a server's: the statements that travel together there are then run.
    void travel(bool travels) { travels_ = travels; }

    void empty();

  private:
    std::unique_ptr<store::Connection> connection_;
    std::unique_ptr<store::Connection> far_;  // the same, under the name of a server
    bool travels_ = false;
};

// What the runs came upon, to see that they go where it is dangerous.
struct Tally {
    std::int64_t runs = 0;
    std::int64_t events = 0;
    std::int64_t posts = 0;
    std::int64_t published = 0;
    std::int64_t things = 0;
    std::int64_t kills = 0;
    std::int64_t kills_in_flight = 0;  // with a call under way
    std::int64_t stalls = 0;
    std::int64_t lanes_lost = 0;
    std::int64_t in_doubt = 0;  // settled by the person at last
    std::int64_t late = 0;      // creates that arrived after their answer was due
    std::int64_t faults = 0;    // of the store
    std::int64_t edits = 0;     // of the person, those that won
    std::int64_t jumps = 0;     // of a wall clock, up to an hour

    void add(const Tally& other);
};

// What a run is about.
struct Setting {
    delivery::Guards guards{};
    // Engines that hold a call are stalled until others take them for dead: what a fence is for.
    bool is_about_stalls = false;
};

class EngineActor;

class World {
  public:
    World(Database& database, std::uint64_t seed, const Setting& setting);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    // Runs to the end and gives what went wrong, one sentence each.
    std::vector<std::string> run();

    const Tally& tally() const { return tally_; }

    // ---- for the engines

    void after(std::int64_t ms, std::function<void()> event);
    bool is_dead(const EngineId& engine) const;
    // Whether a living engine has a call under way for this account.
    bool is_calling(const AccountId& account) const;
    // Commits, fails, or commits and fails to say so. Throws Error(unavailable).
    void write(const std::function<void(store::Transaction&)>& work);

    store::Reader& reader() { return database_.connection(); }

    Chance chance;
    fake::FakeRandom random;
    std::int64_t now = 0;
    PlatformModel platform;
    flow::Doors doors;
    Setting setting;
    bool is_calm = false;              // the last act: no more faults
    bool has_stalls = false;           // an engine that stalls for long is taken for dead
    std::map<std::string, int> calls;  // under way, by post

    Tally& counted() { return tally_; }

    void complain(const std::string& what);

  private:
    void set_up();
    void add_post(const std::string& account);
    void start_engine();
    void kill(EngineActor& engine);
    void disturb();
    void act_as_person();
    void reconcile(const delivery::Post& post);
    void step();
    void calm_down();
    void come_to_rest();
    std::string story(const delivery::Post& post);
    void verify();
    delivery::Post any_post();
    std::vector<delivery::Post> all_posts();

    struct Event {
        std::int64_t at;
        std::int64_t number;
        std::function<void()> run;
    };

    Database& database_;
    std::vector<Event> events_;  // a heap
    std::int64_t numbered_ = 0;
    fake::FakeClock clock_;  // of the person
    IdMaker ids_;
    std::vector<std::shared_ptr<EngineActor>> engines_;
    std::map<std::string, bool> resends_;  // by account
    std::vector<PostId> posts_;
    std::int64_t busy_time_;
    std::vector<std::string> complaints_;
    Tally tally_;
};

}  // namespace caas::sim
