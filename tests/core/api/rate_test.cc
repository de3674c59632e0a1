// Calls counted for many that come at once.
#include "core/api/rate.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/core/api/server.h"

namespace caas {
namespace {

struct Crowd : api::Server {
    explicit Crowd(api::Variables variables = {}) : api::Server(std::move(variables)) {}

    // How many of so many first calls at the same moment are let through.
    int let_through(int callers) {
        std::atomic<int> passed = 0;
        std::latch start(callers);
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < callers; ++i)
                threads.emplace_back([&] {
                    api::Request request;
                    request.target = "/api/v1/content";
                    start.arrive_and_wait();
                    passed += router.handle(request, home.remote()).status == 200 ? 1 : 0;
                });
        }
        return passed;
    }

    std::int64_t most_taken() {
        return home.store.read([](store::Reader& reader) {
            return reader.query("SELECT max(taken) FROM call_count", {}).front().integer(0);
        });
    }
};

TEST_CASE("a crowd at the beginning of a minute is let through, and leases no more than it needs") {
    Crowd crowd;
    constexpr int callers = 64;

    CHECK(crowd.let_through(callers) == callers);

    // One block of twenty: what is leased and not used is lost to others for this minute.
    CHECK(crowd.most_taken() == 6'000'000 / 20);
}

TEST_CASE("a crowd is let through as often as the plan allows, and no more") {
    Crowd crowd(api::Variables{{"CAAS_PLANS_DEFAULT", "free"}});

    // 180 of one person.
    CHECK(crowd.let_through(100) == 100);
    CHECK(crowd.let_through(100) == 80);
    crowd.home.clock.advance(std::chrono::minutes(1));
    CHECK(crowd.let_through(10) == 10);
}

}  // namespace
}  // namespace caas
