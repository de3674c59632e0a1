#include "core/base/backoff.h"

#include <cstring>

#include <doctest/doctest.h>

#include "tests/fake/fake_random.h"

namespace caas {
namespace {

// Chance that always says the same: all bits off or on.
class Fixed final : public Random {
  public:
    explicit Fixed(std::uint8_t byte) : byte_(byte) {}

    void fill(std::span<std::uint8_t> bytes) override {
        std::memset(bytes.data(), byte_, bytes.size());
    }

  private:
    std::uint8_t byte_;
};

TEST_CASE("the longest wait doubles with each failure up to its cap") {
    const Backoff backoff{Milliseconds(30000), Milliseconds(3600000)};
    Fixed most(0xff);

    CHECK(backoff.delay(1, most) == Milliseconds(29999));
    CHECK(backoff.delay(2, most) == Milliseconds(59999));
    CHECK(backoff.delay(3, most) == Milliseconds(119999));
    CHECK(backoff.delay(8, most) == Milliseconds(3599999));
    CHECK(backoff.delay(1000, most) == Milliseconds(3599999));
}

TEST_CASE("a wait is never zero") {
    const Backoff backoff{Milliseconds(30000), Milliseconds(3600000)};
    Fixed least(0);

    CHECK(backoff.delay(1, least) == Milliseconds(1));
    CHECK(backoff.delay(0, least) == Milliseconds(1));
}

TEST_CASE("waits spread over their whole range") {
    const Backoff backoff{Milliseconds(1000), Milliseconds(1000)};
    fake::FakeRandom random;
    int low = 0;
    for (int i = 0; i < 1000; ++i)
        low += backoff.delay(1, random) <= Milliseconds(500) ? 1 : 0;

    CHECK(low > 400);
    CHECK(low < 600);
}

}  // namespace
}  // namespace caas
