// A pretend platform whose answers a test lines up, and an engine on a database in a fresh folder.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/delivery/attempt.h"
#include "core/delivery/change.h"
#include "core/delivery/liveness.h"
#include "core/delivery/post.h"
#include "core/flow/engine.h"
#include "core/platform/driver.h"
#include "core/store/store.h"
#include "tests/fake/database.h"
#include "tests/fake/fake_clock.h"
#include "tests/fake/fake_random.h"
#include "tests/fake/folder.h"
#include "tests/fake/watched_store.h"

namespace caas::flow {

// What the platform answers to one call.
struct Reply {
    platform::Outcome outcome = platform::Done{};
    bool is_accepted = true;               // whether the call made something
    std::function<void()> before = [] {};  // runs before it is accepted
};

// The far end: counts what it accepted. Reached through the HTTP seam, as a real one would be.
class Platform final : public net::HttpClient {
  public:
    // Answers to creates in order; afterwards all succeed.
    std::deque<Reply> replies;
    // Whether a create with bytes that were accepted before makes nothing new.
    bool is_idempotent = false;
    // Whether a look can find what is there, and whether it can be sure of absence.
    bool can_look = false;
    bool knows_absence = false;
    // What a refresh gives: a token, or an error.
    std::optional<Error> refresh_error;
    int refreshes = 0;
    int looks = 0;
    std::vector<std::string> tokens;    // of the creates
    std::vector<std::string> accepted;  // "<part>" of each thing made, in order
    std::vector<std::string> prepared;  // bytes of every create

    net::Result send(const net::Request& request) override;

    platform::Outcome outcome;  // of the last create, for the driver
    platform::Sight sight;
    std::recursive_mutex mutex;

  private:
    std::map<std::string, std::string> made_;  // by prepared bytes: the remote id
};

const platform::Driver& scripted_driver();

struct Installation {
    explicit Installation(std::function<void(std::string_view)> on_statement = {});

    // A post of `parts` parts, due now unless said otherwise.
    PostId add_post(int parts = 1, const std::string& account = "main", Milliseconds in = {});
    void add_account(const std::string& name);
    delivery::Post post(const PostId& id);
    delivery::Journal journal(const PostId& id);

    Engine::Parts parts();
    // An engine that lives for one call.
    Counts run_once();
    // Runs and lets time pass until nothing waits any more.
    void drain();

    template <typename Function>
    auto write(Function&& function) {
        return store->write(std::forward<Function>(function));
    }

    fake::Folder folder;
    fake::Database database{folder.path()};
    fake::FakeClock clock;
    fake::FakeRandom random;
    IdMaker ids{clock, random};
    Log log{clock, Level::off};
    fake::Watch watch;
    Platform platform;
    Doors doors;
    bool is_repeatable = false;
    std::optional<Milliseconds> repeatable_for;
    int parts_of_all = 1;
    std::map<std::string, delivery::Policy> policies;  // by account id
    std::string token = "old";
    std::optional<AccountStop> stopped;
    std::unique_ptr<store::Store> store;
    WorkspaceId workspace{"w"};
};

}  // namespace caas::flow
