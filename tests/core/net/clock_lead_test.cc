#include "core/net/clock_lead.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

using namespace std::chrono_literals;

constexpr Instant now = from_ms(1795341600000);  // 2026-11-22T10:00:00Z

Milliseconds lead(net::Headers headers) {
    return net::clock_lead({200, std::move(headers), ""}, now);
}

TEST_CASE("a fast clock is known by the date of an answer") {
    CHECK(lead({{"date", "Sun, 22 Nov 2026 09:50:00 GMT"}}) == 10min);
    CHECK(lead({{"Date", "Sun, 22 Nov 2026 09:50:00 GMT"}, {"Age", "0"}}) == 10min);
}

TEST_CASE("a clock that is years fast is believed to be hours fast") {
    CHECK(lead({{"Date", "Thu, 22 Nov 2018 10:00:00 GMT"}}) == net::most_clock_lead);
}

TEST_CASE("a slow clock, and an answer without a date of its own, tell of no lead") {
    CHECK(lead({{"Date", "Sun, 22 Nov 2026 10:10:00 GMT"}}) == 0ms);
    CHECK(lead({}) == 0ms);
    CHECK(lead({{"Date", "yesterday"}}) == 0ms);
    CHECK(lead({{"Date", "Sun, 22 Nov 2026 09:50:00 GMT"}, {"Age", "600"}}) == 0ms);
}

}  // namespace
}  // namespace caas
