#include "core/net/retry_after.h"

#include <doctest/doctest.h>

namespace caas {
namespace {

using namespace std::chrono_literals;

constexpr Instant now = from_ms(1795341600000);  // 2026-11-22T10:00:00Z

net::Response with(std::string name, std::string value) {
    return {429, {{std::move(name), std::move(value)}}, ""};
}

TEST_CASE("the last header of a name counts, whatever its case") {
    const net::Response response{200, {{"X-A", "1"}, {"x-a", "2"}, {"X-AB", "3"}}, ""};

    CHECK(response.header("X-a") == "2");
    CHECK_FALSE(response.header("X"));
}

TEST_CASE("retry-after in seconds is read and bounded") {
    CHECK(net::retry_after(with("Retry-After", "120"), now) == 120s);
    CHECK(net::retry_after(with("retry-after", " 1.5 "), now) == 1500ms);
    CHECK(net::retry_after(with("Retry-After", "0"), now) == 1s);
    CHECK(net::retry_after(with("Retry-After", "999999999999999999"), now) == 24h);
}

TEST_CASE("retry-after-ms wins over retry-after") {
    const net::Response response{429, {{"Retry-After", "30"}, {"retry-after-ms", "2500"}}, ""};

    CHECK(net::retry_after(response, now) == 2500ms);
}

TEST_CASE("retry-after as a date is a wait from now") {
    CHECK(net::retry_after(with("Retry-After", "Sun, 22 Nov 2026 10:05:00 GMT"), now) == 5min);
    CHECK_FALSE(net::retry_after(with("Retry-After", "Sun, 22 Nov 2026 09:05:00 GMT"), now));
    CHECK(net::retry_after(with("Retry-After", "Sun, 22 Nov 2036 10:05:00 GMT"), now) == 24h);
}

TEST_CASE("an unreadable retry-after says nothing") {
    CHECK_FALSE(net::retry_after(with("Retry-After", "soon"), now));
    CHECK_FALSE(net::retry_after(with("Retry-After", "-5"), now));
    CHECK_FALSE(net::retry_after(with("Retry-After", ""), now));
    CHECK_FALSE(net::retry_after(with("Retry-After", "1e9"), now));
    CHECK_FALSE(net::retry_after(with("Retry-After", "1.2.3"), now));
    CHECK_FALSE(net::retry_after(with("Other", "5"), now));
    CHECK(net::retry_after({429, {{"retry-after-ms", "x"}, {"Retry-After", "7"}}, ""}, now) == 7s);
}

TEST_CASE("a reset in epoch seconds is a wait from now") {
    CHECK(
        net::wait_until_reset(
            with("x-rate-limit-reset", "1795341690"), "x-rate-limit-reset", now) == 90s);
    CHECK(
        net::wait_until_reset(with("RateLimit-Reset", "1795341600123"), "ratelimit-reset", now) ==
        1s);
    CHECK_FALSE(
        net::wait_until_reset(with("x-rate-limit-reset", "1795341600"), "x-rate-limit-reset", now));
    CHECK_FALSE(
        net::wait_until_reset(with("x-rate-limit-reset", "soon"), "x-rate-limit-reset", now));
}

TEST_CASE("a reset far away is not believed") {
    CHECK(net::wait_until_reset(with("r", "4102444800"), "r", now) == 24h);
    CHECK(net::wait_until_reset(with("r", "999999999999999999999"), "r", now) == 24h);
}

TEST_CASE("a small reset counts seconds from now") {
    CHECK(net::wait_until_reset(with("ratelimit-reset", "42"), "RateLimit-Reset", now) == 42s);
}

TEST_CASE("a reset in RFC 3339 with six digits of a second is read") {
    const auto response = with("X-RateLimit-Reset", "2026-11-22T10:15:00.000000Z");

    CHECK(net::wait_until_reset(response, "X-RateLimit-Reset", now) == 15min);
}

TEST_CASE("of all limits the one that is spent decides") {
    const net::Response x{
        429, {{"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", "1795341660"}}, ""};
    const net::Response unspent{
        400, {{"RateLimit-Remaining", "12"}, {"RateLimit-Reset", "1795341660"}}, ""};
    const net::Response both{429, {{"Retry-After", "5"}, {"RateLimit-Reset", "1795341660"}}, ""};

    CHECK(net::asked_wait(x, now) == 60s);
    CHECK_FALSE(net::asked_wait(unspent, now));
    CHECK(net::asked_wait(both, now) == 5s);
    CHECK_FALSE(net::asked_wait({429, {}, ""}, now));
}

TEST_CASE("all three forms of an HTTP date are read") {
    const auto expected = from_ms(784111777000);

    CHECK(net::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == expected);
    CHECK(net::parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == expected);
    CHECK(net::parse_http_date("Sun Nov  6 08:49:37 1994") == expected);
}

TEST_CASE("a date that does not exist is no date") {
    CHECK_FALSE(net::parse_http_date("Sun, 31 Feb 2026 08:49:37 GMT"));
    CHECK_FALSE(net::parse_http_date("Sun, 06 Nov 1994 24:49:37 GMT"));
    CHECK_FALSE(net::parse_http_date("Sun, 06 Nov 1994 08:49 GMT"));
    CHECK_FALSE(net::parse_http_date("Sun, 06 Nox 1994 08:49:37 GMT"));
    CHECK_FALSE(net::parse_http_date("tomorrow"));
    CHECK_FALSE(net::parse_http_date(""));
}

}  // namespace
}  // namespace caas
