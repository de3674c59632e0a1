#include "core/billing/period.h"

#include <doctest/doctest.h>

#include "core/base/time_zone.h"
#include "tests/fake/fake_random.h"

namespace caas::billing {
namespace {

Instant at(const std::string& text) {
    return *parse_rfc3339(text);
}

std::string start(const std::string& anchor, const std::string& now) {
    return day_text(monthly_period(at(anchor), at(now)).start);
}

TEST_CASE("a period begins on the day of the month, or on the last day of a month without it") {
    const std::string anchor = "2026-01-31T15:30:00Z";

    CHECK(start(anchor, "2026-01-31T15:30:00Z") == "2026-01-31");
    CHECK(start(anchor, "2026-02-27T23:59:59.999Z") == "2026-01-31");
    CHECK(start(anchor, "2026-02-28T00:00:00Z") == "2026-02-28");
    CHECK(start(anchor, "2026-03-30T23:59:59Z") == "2026-02-28");
    CHECK(start(anchor, "2026-03-31T00:00:00Z") == "2026-03-31");
    CHECK(start(anchor, "2026-04-30T12:00:00Z") == "2026-04-30");
    CHECK(start(anchor, "2028-02-29T00:00:00Z") == "2028-02-29");
}

TEST_CASE("days are those of UTC") {
    CHECK(start("2026-05-15T23:59:59Z", "2026-06-14T23:59:59Z") == "2026-05-15");
    CHECK(start("2026-05-15T23:59:59Z", "2026-06-15T00:00:00Z") == "2026-06-15");
}

TEST_CASE("every moment is in one period, and periods follow without a gap") {
    fake::FakeRandom random(7);
    const auto some = [&] {
        // Until about 2060.
        return from_ms(static_cast<std::int64_t>(random.number() % 2'850'000'000'000U));
    };
    for (int i = 0; i < 20'000; ++i) {
        const auto anchor = some();
        const auto now = some();
        CAPTURE(to_rfc3339(anchor));
        CAPTURE(to_rfc3339(now));
        const auto period = monthly_period(anchor, now);
        REQUIRE(period.start <= now);
        REQUIRE(now < period.end);
        const auto next = monthly_period(anchor, period.end);
        REQUIRE(next.start == period.end);
        const auto former = monthly_period(anchor, period.start - Milliseconds(1));
        REQUIRE(former.end == period.start);
        REQUIRE(to_ms(period.start) % 86'400'000 == 0);
        // Its day is the anchor's, or a shorter month's last.
        const auto wanted = day_text(anchor).substr(8);
        const auto has = day_text(period.start).substr(8);
        const auto after = day_text(period.start + std::chrono::hours(24)).substr(8);
        REQUIRE((has == wanted || (has < wanted && after == "01")));
    }
}

TEST_CASE("a month of the calendar begins on its first day") {
    const auto month = calendar_month(at("2026-12-31T23:59:59Z"));

    CHECK(day_text(month.start) == "2026-12-01");
    CHECK(day_text(month.end) == "2027-01-01");
}

}  // namespace
}  // namespace caas::billing
