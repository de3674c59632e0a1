#include "core/base/money.h"

#include <limits>

#include <doctest/doctest.h>

namespace caas {
namespace {

TEST_CASE("large numbers are grouped") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(-999) == "-999");
    CHECK(grouped(-1234567) == "-1,234,567");
    CHECK(grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
}

TEST_CASE("dollars are rounded to cents") {
    CHECK(dollars(0) == "$0.00");
    CHECK(dollars(4'999) == "$0.00");
    CHECK(dollars(5'000) == "$0.01");
    CHECK(dollars(1'234'500'000) == "$1,234.50");
    CHECK(dollars(-500'000) == "-$0.50");
    CHECK(dollars(-4'999) == "$0.00");
}

TEST_CASE("what costs less than a cent is said to the last digit") {
    CHECK(exact_dollars(0) == "$0.00");
    CHECK(exact_dollars(15'000) == "$0.015");
    CHECK(exact_dollars(200'000) == "$0.20");
    CHECK(exact_dollars(1'000'000) == "$1.00");
    CHECK(exact_dollars(1) == "$0.000001");
}

TEST_CASE("an amount has as many decimals as its currency") {
    CHECK(money_text(2900, "usd") == "USD 29.00");
    CHECK(money_text(5, "EUR") == "EUR 0.05");
    CHECK(money_text(0, "usd") == "USD 0.00");
    CHECK(money_text(-50, "usd") == "USD -0.50");
    CHECK(money_text(-2900, "usd") == "USD -29.00");
    CHECK(money_text(2900, "jpy") == "JPY 2900");
    CHECK(money_text(-2900, "KRW") == "KRW -2900");
    CHECK(money_text(2900, "kwd") == "KWD 2.900");
    CHECK(money_text(-7, "BHD") == "BHD -0.007");
}

}  // namespace
}  // namespace caas
