// The engine's loop, which sleeps by the real clock, and what a stop, a pause or a disconnect does
// to what is under way.
#include <atomic>
#include <latch>
#include <thread>

#include <doctest/doctest.h>

#include "core/flow/engine.h"
#include "tests/core/flow/engine_rig.h"

namespace caas::flow {
namespace {

using delivery::PostState;

// The rig's parts, with everybody's clock at the real time.
Engine::Parts in_real_time(Installation& rig, Clock& clock, net::HttpClient& http) {
    rig.clock.jump(clock.now() - rig.clock.now());
    const auto parts = rig.parts();
    return {
        parts.store, parts.doors, http, clock, parts.random, parts.ids, parts.log, parts.liveness};
}

// A platform that keeps its first `slow` calls waiting until it is let go.
class SlowPlatform final : public net::HttpClient {
  public:
    SlowPlatform(net::HttpClient& inner, int slow) : inner_(inner), slow_(slow) {}

    net::Result send(const net::Request& request) override {
        if (slow_.fetch_sub(1) > 0)
            go_.wait();
        return inner_.send(request);
    }

    bool holds_all() const { return slow_ <= 0; }

    // Lets it go at the latest where this ends.
    struct Hold {
        SlowPlatform& platform;

        ~Hold() { platform.go_.count_down(); }
    };

  private:
    net::HttpClient& inner_;
    std::atomic<int> slow_;
    std::latch go_{1};
};

TEST_CASE("the daemon's loop wakes for a new post and stops when asked") {
    Installation rig;
    SystemClock clock;
    Engine engine(in_real_time(rig, clock, rig.platform), {});
    std::jthread loop([&](const std::stop_token& stop) { engine.run(stop); });
    const auto now = rig.add_post();
    const auto soon = rig.add_post(1, "main", Milliseconds(150));
    engine.wake();

    for (int i = 0; i < 100 && rig.post(soon).state != PostState::published; ++i)
        clock.sleep(Milliseconds(50), {});
    loop.request_stop();
    loop.join();

    CHECK(rig.post(now).state == PostState::published);
    CHECK(rig.post(soon).state == PostState::published);
    CHECK(*rig.post(soon).settled_at >= rig.post(soon).due_at);
    const auto engines = rig.store->read(
        [](store::Reader& reader) { return delivery::other_engines(reader, EngineId("none")); });
    CHECK(engines.empty());
}

TEST_CASE("calls that take long keep no other post from its time") {
    Installation rig;
    SystemClock clock;
    // More than there are workers at first: some are found while the engine would rest.
    SlowPlatform http(rig.platform, 4);
    Engine engine(in_real_time(rig, clock, http), {});
    for (const auto* account : {"first", "second", "third", "fourth"}) {
        rig.add_account(account);
        rig.add_post(1, account);
    }
    rig.add_account("other");
    const auto soon = rig.add_post(1, "other", Milliseconds(500));
    std::jthread loop([&](const std::stop_token& stop) { engine.run(stop); });
    const SlowPlatform::Hold hold{http};

    for (int i = 0; i < 200 && rig.post(soon).state != PostState::published; ++i)
        clock.sleep(Milliseconds(50), {});
    CHECK(http.holds_all());
    CHECK(rig.post(soon).state == PostState::published);
}

TEST_CASE("a stop between two parts gives the rest back") {
    Installation rig;
    const auto id = rig.add_post(3);
    std::stop_source stop;
    rig.platform.replies.push_back({platform::Done{}, true, [&] { stop.request_stop(); }});
    {
        Engine engine(rig.parts(), {});
        engine.run_once(stop.get_token());
    }

    CHECK(rig.post(id).state == PostState::retrying);
    CHECK(rig.post(id).parts_published == 1);
    CHECK(rig.post(id).wake_at == rig.clock.now());
    rig.run_once();
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("a stop during the last call leaves the post published") {
    Installation rig;
    const auto id = rig.add_post(2);
    std::stop_source stop;
    rig.platform.replies.push_back({});
    rig.platform.replies.push_back({platform::Done{}, true, [&] { stop.request_stop(); }});
    {
        Engine engine(rig.parts(), {});
        engine.run_once(stop.get_token());
    }

    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.post(id).settled_at);
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1"});
}

void resume(Installation& rig) {
    rig.policies["main"].is_active = true;
    rig.write([&](store::Transaction& transaction) {
        delivery::resume_posts(transaction, AccountId("main"), rig.clock.now());
    });
}

TEST_CASE("a pause between two parts of a thread lets the rest wait") {
    Installation rig;
    const auto id = rig.add_post(3);
    rig.platform.replies.push_back(
        {platform::Done{}, true, [&] { rig.policies["main"].is_active = false; }});

    CHECK(rig.run_once().paused == 1);

    CHECK(rig.platform.accepted == std::vector<std::string>{"0"});
    CHECK(rig.post(id).state == PostState::paused);
    CHECK(rig.post(id).parts_published == 1);
    CHECK_FALSE(rig.post(id).wake_at);
    const auto journal = rig.journal(id);
    REQUIRE(journal.size() == 1);
    CHECK(journal[0].state == delivery::AttemptState::done);

    rig.run_once();
    CHECK(rig.platform.accepted.size() == 1);
    resume(rig);
    rig.drain();
    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("a disconnect between two parts of a thread ends it there, with words") {
    Installation rig;
    const auto id = rig.add_post(3);
    rig.platform.replies.push_back({platform::Done{}, true, [&] {
                                        rig.policies["main"].is_active = false;
                                        rig.policies["main"].is_gone = true;
                                    }});

    CHECK(rig.run_once().failed == 1);

    CHECK(rig.platform.accepted == std::vector<std::string>{"0"});
    CHECK(rig.post(id).state == PostState::failed);
    CHECK(rig.post(id).code == "account_disconnected");
    CHECK(rig.post(id).message.starts_with("Part 1 of 3 is out; "));
}

TEST_CASE("a part in doubt when its account is paused is looked for, and the next one waits") {
    Installation rig;
    rig.platform.can_look = true;
    const auto id = rig.add_post(2);
    rig.platform.replies.push_back(
        {platform::Unknown{"c", "m"}, true, [&] { rig.policies["main"].is_active = false; }});

    CHECK(rig.run_once().paused == 1);

    CHECK(rig.platform.looks == 1);
    CHECK(rig.post(id).parts_published == 1);
    resume(rig);
    rig.drain();
    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted == std::vector<std::string>{"0", "1"});
}

TEST_CASE("no token is renewed for an account that was paused meanwhile") {
    Installation rig;
    const auto id = rig.add_post();
    rig.platform.replies.push_back({platform::NeedsSignIn{"c", "m", true}, false, [&] {
                                        rig.policies["main"].is_active = false;
                                    }});

    CHECK(rig.run_once().paused == 1);

    CHECK(rig.platform.refreshes == 0);
    resume(rig);
    rig.drain();
    CHECK(rig.post(id).state == PostState::published);
    CHECK(rig.platform.accepted.size() == 1);
}

}  // namespace
}  // namespace caas::flow
