#include "core/base/clock.h"

#include <thread>

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("an instant goes to milliseconds and back") {
    CHECK(to_ms(from_ms(1795341600000)) == 1795341600000);
    CHECK(from_ms(-1) < from_ms(0));
}

TEST_CASE("the monotonic clock of the machine does not go back") {
    const SystemClock clock;
    const auto first = clock.monotonic();
    CHECK(clock.monotonic() >= first);
    CHECK(clock.now() > from_ms(1700000000000));
}

TEST_CASE("a sleep that is asked to stop ends at once") {
    SystemClock clock;
    std::stop_source source;
    bool finished = true;
    std::jthread sleeper(
        [&] { finished = clock.sleep(std::chrono::hours(1), source.get_token()); });
    source.request_stop();
    sleeper.join();

    CHECK_FALSE(finished);
}

TEST_CASE("a sleep that is not stopped says so") {
    SystemClock clock;
    CHECK(clock.sleep(Milliseconds(1), {}));
}

}  // namespace
}  // namespace caas
