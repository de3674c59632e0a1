// The cases people have; tests/dateutil compares thousands of random rules with python-dateutil.
#include "core/schedule/occurrences.h"

#include <doctest/doctest.h>

namespace caas::schedule {
namespace {

Occurrences of(std::string_view rule, std::string_view start) {
    return {parse_rule(rule, "UTC"), parse_wall(start).value()};
}

std::string first(int most, Occurrences times) {
    std::string out;
    for (int i = 0; i < most; ++i) {
        const auto wall = times.next();
        if (!wall)
            return out + ".";
        out += (i == 0 ? "" : ", ") + wall_text(*wall);
    }
    return out;
}

TEST_CASE("weekdays leave the weekend out") {
    CHECK(
        first(3, of("weekdays 09:00", "2026-11-26 12:00")) ==
        "2026-11-27 09:00, 2026-11-30 09:00, 2026-12-01 09:00");
}

TEST_CASE("the first Monday and the last Friday of a month") {
    CHECK(
        first(4, of("FREQ=MONTHLY;BYDAY=1MO,-1FR;BYHOUR=9", "2026-12-01 00:00")) ==
        "2026-12-07 09:00, 2026-12-25 09:00, 2027-01-04 09:00, 2027-01-29 09:00");
}

TEST_CASE("the last day of a month is the twenty-ninth in a leap year") {
    CHECK(
        first(3, of("monthly last 09:00", "2028-01-31 10:00")) ==
        "2028-02-29 09:00, 2028-03-31 09:00, 2028-04-30 09:00");
}

TEST_CASE("the thirty-first skips the months that have none") {
    CHECK(
        first(3, of("FREQ=MONTHLY", "2026-12-31 09:00")) ==
        "2026-12-31 09:00, 2027-01-31 09:00, 2027-03-31 09:00");
}

TEST_CASE("every second week counts from the week of the start, which begins as WKST says") {
    // The example of RFC 5545, 3.3.10.
    CHECK(
        first(5, of("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 09:00")) ==
        "1997-08-05 09:00, 1997-08-10 09:00, 1997-08-19 09:00, 1997-08-24 09:00.");
    CHECK(
        first(5, of("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 09:00")) ==
        "1997-08-05 09:00, 1997-08-17 09:00, 1997-08-19 09:00, 1997-08-31 09:00.");
}

TEST_CASE("a count and an end are kept, the end included") {
    CHECK(
        first(9, of("FREQ=DAILY;COUNT=2", "2026-12-01 09:00")) ==
        "2026-12-01 09:00, 2026-12-02 09:00.");
    CHECK(
        first(9, of("FREQ=DAILY;UNTIL=20261203T090000", "2026-12-01 09:00")) ==
        "2026-12-01 09:00, 2026-12-02 09:00, 2026-12-03 09:00.");
}

TEST_CASE("the last weekday of a month is chosen by its position") {
    CHECK(
        first(2, of("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-10-01 17:00")) ==
        "2026-10-30 17:00, 2026-11-30 17:00");
}

TEST_CASE("a day that never comes is given up instead of searched for ever") {
    CHECK(first(1, of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-12-01 09:00")) == ".");
    CHECK(first(1, of("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "2026-12-01 09:00")) == ".");
    CHECK(
        first(2, of("FREQ=YEARLY;INTERVAL=1000", "2026-12-01 09:00")) ==
        "2026-12-01 09:00, 3026-12-01 09:00");
}

TEST_CASE("skipping finds what walking finds, with a count too") {
    for (const auto* rule : {"daily 09:00", "FREQ=DAILY;BYHOUR=9,12;BYMINUTE=0;COUNT=50"}) {
        CAPTURE(rule);
        auto times = of(rule, "2026-12-01 00:00");
        times.skip_past(parse_wall("2026-12-10 09:00").value());
        const auto next = times.next();
        REQUIRE(next);
        auto walked = of(rule, "2026-12-01 00:00");
        auto wall = walked.next();
        while (wall && *wall <= parse_wall("2026-12-10 09:00").value())
            wall = walked.next();
        CHECK(wall_text(*next) == wall_text(*wall));
    }
    auto counted = of("FREQ=DAILY;COUNT=3", "2026-12-01 09:00");
    counted.skip_past(parse_wall("2026-12-02 09:00").value());
    CHECK(first(5, counted) == "2026-12-03 09:00.");
}

}  // namespace
}  // namespace caas::schedule
