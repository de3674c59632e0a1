#include "daemon/http/haste.h"

#include <vector>

#include <doctest/doctest.h>

#include "tests/fake/fake_clock.h"

namespace caas::http {
namespace {

using std::chrono::microseconds;

// A caller whose next request comes so long after the wait for it began; each look takes 1 us, and
// waking from a sleep 30 us more.
class Caller {
  public:
    int wait(microseconds comes_after) {
        looks = 0;
        sleeps = 0;
        auto left = comes_after;
        return haste.wait(clock, [&](bool may_sleep) {
            ++(may_sleep ? sleeps : looks);
            const auto passes = may_sleep ? left + microseconds(30) : microseconds(1);
            clock.advance_monotonic(passes);
            left -= passes;
            return left <= microseconds(0) ? 1 : 0;
        });
    }

    fake::FakeClock clock;
    Haste haste;
    int looks = 0;
    int sleeps = 0;
};

}  // namespace

TEST_CASE("the first wait sleeps, the one after a short wait stays awake") {
    Caller caller;
    CHECK(caller.wait(microseconds(20)) == 1);
    CHECK(caller.looks == 0);
    CHECK(caller.sleeps == 1);

    CHECK(caller.wait(microseconds(20)) == 1);
    CHECK(caller.looks == 20);
    CHECK(caller.sleeps == 0);
}

TEST_CASE("who waits awake in vain goes to sleep, and sleeps at once the next time") {
    Caller caller;
    caller.wait(microseconds(20));
    CHECK(caller.wait(microseconds(5000)) == 1);
    CHECK(caller.looks == 101);
    CHECK(caller.sleeps == 1);

    CHECK(caller.wait(microseconds(5000)) == 1);
    CHECK(caller.looks == 0);
    CHECK(caller.sleeps == 1);
}

TEST_CASE("a wait that ends without a request leaves no haste") {
    Caller caller;
    caller.wait(microseconds(20));
    REQUIRE(caller.haste.has_haste());
    const auto found = caller.haste.wait(caller.clock, [&](bool) {
        caller.clock.advance_monotonic(microseconds(60));
        return 0;
    });
    CHECK(found == 0);
    CHECK_FALSE(caller.haste.has_haste());
}

}  // namespace caas::http
