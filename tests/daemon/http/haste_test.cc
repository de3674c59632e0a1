#include "daemon/http/haste.h"

#include <algorithm>
#include <chrono>

#include <doctest/doctest.h>

#include "tests/fake/fake_clock.h"

namespace caas::http {
namespace {

using std::chrono::microseconds;

// A caller whose next request comes so long after the wait for it began. Each look takes 1 us, or
// as long as another thread keeps the processor; waking from a sleep takes 30 us more.
class Caller {
  public:
    int wait(microseconds comes_after) {
        looks = 0;
        sleeps = 0;
        auto left = comes_after;
        return haste.wait(clock, [&](bool may_sleep) {
            ++(may_sleep ? sleeps : looks);
            const auto passes =
                may_sleep ? std::max(left, microseconds(0)) + microseconds(30) : a_look;
            clock.advance_monotonic(passes);
            left -= passes;
            return left <= microseconds(0) ? 1 : 0;
        });
    }

    // Until the next wait would begin awake; gives how many waits that took.
    int hurry(int most = 10'000) {
        int waits = 0;
        while (!haste.has_haste() && waits < most) {
            wait(microseconds(20));
            ++waits;
        }
        return waits;
    }

    fake::FakeClock clock;
    Haste haste;
    microseconds a_look{1};
    int looks = 0;
    int sleeps = 0;
};

}  // namespace

TEST_CASE("a few short waits sleep, the one after them stays awake") {
    Caller caller;
    CHECK(caller.hurry() == Haste::fewest);
    CHECK(caller.looks == 0);

    CHECK(caller.wait(microseconds(20)) == 1);
    CHECK(caller.looks == 20);
    CHECK(caller.sleeps == 0);
    CHECK(caller.haste.has_haste());
}

TEST_CASE("who waits awake in vain goes to sleep, and for twice as long before the next try") {
    Caller caller;
    caller.hurry();
    CHECK(caller.wait(microseconds(5000)) == 1);
    CHECK(caller.looks == 51);
    CHECK(caller.sleeps == 1);

    CHECK(caller.hurry() == 2 * Haste::fewest);
    // Requests that always come a little too late cost little: it hardly tries any more.
    int in_vain = 0;
    for (int i = 0; i < 10'000; ++i) {
        caller.wait(microseconds(60));
        in_vain += caller.looks > 0 ? 1 : 0;
    }
    CHECK(in_vain <= 12);
}

TEST_CASE("on a processor that others want, haste is given up") {
    Caller caller;
    caller.a_look = microseconds(4000);  // what giving way costs where another thread is ready
    int slow = 0;
    for (int i = 0; i < 10'000; ++i) {
        caller.wait(microseconds(20));
        slow += caller.looks > 0 ? 1 : 0;
    }
    CHECK(slow <= 12);

    caller.a_look = microseconds(1);
    CHECK(caller.hurry() <= Haste::most);
    CHECK(caller.wait(microseconds(20)) == 1);
    CHECK(caller.sleeps == 0);
}

TEST_CASE(
    "a wait that ends without a request leaves no haste, nor does a clock that stands still") {
    Caller caller;
    caller.hurry();
    int sleeps = 0;
    const auto found = caller.haste.wait(caller.clock, [&](bool may_sleep) {
        sleeps += may_sleep ? 1 : 0;
        return 0;
    });
    CHECK(found == 0);
    CHECK(sleeps == 1);
    CHECK_FALSE(caller.haste.has_haste());
}

}  // namespace caas::http
