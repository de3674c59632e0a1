#include "cli/print/moment.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace caas::cli::print {
namespace {

constexpr Instant now = from_ms(1795341600000);  // 2026-11-22T10:00:00Z

TEST_CASE("times are said as people say them") {
    CHECK(relative(now, now) == "now");
    CHECK(relative(now + std::chrono::hours(2), now) == "in 2 h");
    CHECK(relative(now - std::chrono::minutes(3), now) == "3 min ago");
    CHECK(relative(now + std::chrono::seconds(59), now) == "in 59 s");
    CHECK(relative(now - std::chrono::hours(24 * 12), now) == "12 d ago");
    CHECK(relative(now + Milliseconds(400), now) == "now");
}

TEST_CASE("the exact time stands beside it in the zone") {
    CHECK(
        moment(now + std::chrono::hours(2), now, "Europe/Berlin") ==
        "in 2 h (2026-11-22 13:00 CET)");
}

TEST_CASE("lengths are short") {
    CHECK(length(Milliseconds(350)) == "350 ms");
    CHECK(length(Milliseconds(1250)) == "1.2 s");
    CHECK(length(std::chrono::seconds(42)) == "42 s");
    CHECK(length(std::chrono::seconds(125)) == "2 min 5 s");
    CHECK(length(std::chrono::hours(26)) == "1 d 2 h");
}

TEST_CASE("a field that is absent, null or no time prints nothing") {
    const Json object{{"a", nullptr}, {"b", "yesterday"}, {"c", "2026-11-22T10:00:05.000Z"}};

    CHECK(relative_of(object, "a", now).empty());
    CHECK(relative_of(object, "b", now).empty());
    CHECK(relative_of(object, "missing", now).empty());
    CHECK(relative_of(object, "c", now) == "in 5 s");
}

}  // namespace
}  // namespace caas::cli::print
