#include "core/base/random.h"

#include <doctest/doctest.h>

#include "tests/fake/fake_random.h"

namespace caas {
namespace {

TEST_CASE("fractions stay below one") {
    fake::FakeRandom random;
    for (int i = 0; i < 1000; ++i) {
        const auto fraction = random.fraction();
        REQUIRE(fraction >= 0.0);
        REQUIRE(fraction < 1.0);
    }
}

TEST_CASE("the system's chance does not repeat itself") {
    SystemRandom random;

    CHECK(random.bytes(32) != random.bytes(32));
    CHECK(random.bytes(33).size() == 33);
    CHECK(random.bytes(0).empty());
}

}  // namespace
}  // namespace caas
