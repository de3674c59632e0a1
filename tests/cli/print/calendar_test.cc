#include "cli/print/calendar.h"

#include <doctest/doctest.h>

namespace caas::cli::print {
namespace {

TEST_CASE("a month begins on its day of the week and marks the days that have posts") {
    const auto text = calendar({2026, 12}, {{1, "09:00", "scheduled", "work"}}, 2, 0, Paint(false));

    CHECK(text.find("December 2026\nMo     Tu     We") == 0);
    // 1 December 2026 is a Tuesday.
    CHECK(text.find("\n        1(1)   2*") != std::string::npos);
    CHECK(text.find("31\n") != std::string::npos);
    CHECK(text.find("1  09:00  scheduled  work") != std::string::npos);
}

TEST_CASE("months follow each other over the end of a year and know their length") {
    CHECK(next({2026, 12}).year == 2027);
    CHECK(next({2026, 12}).month == 1);
    CHECK(days_in({2028, 2}) == 29);
    CHECK(days_in({2026, 2}) == 28);
}

TEST_CASE("a month whose last day is a Sunday ends with one line end") {
    const auto text = calendar({2027, 1}, {}, 0, 0, Paint(false));

    CHECK(text.substr(text.size() - 3) == "31\n");
}

}  // namespace
}  // namespace caas::cli::print
