#include "core/base/time_zone.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas {
namespace {

// The instant a wall time names, and the letter of how it was found: =, > (moved) or 1 (first).
std::string resolved(std::string_view wall, std::string_view zone) {
    const auto local = parse_local(wall);
    REQUIRE(local);
    const auto found = resolve(*local, zone);
    const char* kind = found.kind == Resolved::Kind::unique          ? "="
                       : found.kind == Resolved::Kind::moved_forward ? ">"
                                                                     : "1";
    return kind + to_rfc3339(found.instant);
}

std::string local_text(std::string_view instant, std::string_view zone) {
    const auto found = parse_rfc3339(instant);
    REQUIRE(found);
    return to_local_text(*found, zone);
}

TEST_CASE("Europe Berlin skips an hour in March and repeats one in October") {
    const auto* zone = "Europe/Berlin";

    CHECK(resolved("2026-03-29 01:59", zone) == "=2026-03-29T00:59:00.000Z");
    CHECK(resolved("2026-03-29 02:30", zone) == ">2026-03-29T01:30:00.000Z");
    CHECK(resolved("2026-03-29 03:00", zone) == "=2026-03-29T01:00:00.000Z");
    CHECK(resolved("2026-10-25 02:30", zone) == "12026-10-25T00:30:00.000Z");
    CHECK(resolved("2026-10-25 03:00", zone) == "=2026-10-25T02:00:00.000Z");
    CHECK(local_text("2026-03-29T01:30:00Z", zone) == "2026-03-29 03:30 CEST");
    CHECK(local_text("2026-10-25T01:30:00Z", zone) == "2026-10-25 02:30 CET");
}

TEST_CASE("America New York skips an hour in March and repeats one in November") {
    const auto* zone = "America/New_York";

    CHECK(resolved("2026-03-08 02:30", zone) == ">2026-03-08T07:30:00.000Z");
    CHECK(resolved("2026-11-01 01:30", zone) == "12026-11-01T05:30:00.000Z");
    CHECK(resolved("2026-11-01 02:00", zone) == "=2026-11-01T07:00:00.000Z");
    CHECK(local_text("2026-03-08T07:30:00Z", zone) == "2026-03-08 03:30 EDT");
}

TEST_CASE("Australia Lord Howe moves its clocks by half an hour") {
    const auto* zone = "Australia/Lord_Howe";

    CHECK(resolved("2026-10-04 02:15", zone) == ">2026-10-03T15:45:00.000Z");
    CHECK(local_text("2026-10-03T15:45:00Z", zone) == "2026-10-04 02:45 +11");
    CHECK(resolved("2026-04-05 01:45", zone) == "12026-04-04T14:45:00.000Z");
    CHECK(resolved("2026-04-05 02:00", zone) == "=2026-04-04T15:30:00.000Z");
}

TEST_CASE("Africa Casablanca goes back for Ramadan and forward after it") {
    const auto* zone = "Africa/Casablanca";

    CHECK(resolved("2026-02-15 02:30", zone) == "12026-02-15T01:30:00.000Z");
    CHECK(resolved("2026-03-01 12:00", zone) == "=2026-03-01T12:00:00.000Z");
    CHECK(resolved("2026-03-22 02:30", zone) == ">2026-03-22T02:30:00.000Z");
    CHECK(resolved("2026-06-01 12:00", zone) == "=2026-06-01T11:00:00.000Z");
}

TEST_CASE("Pacific Apia never had the thirtieth of December 2011") {
    const auto* zone = "Pacific/Apia";

    CHECK(resolved("2011-12-29 12:00", zone) == "=2011-12-29T22:00:00.000Z");
    CHECK(resolved("2011-12-30 12:00", zone) == ">2011-12-30T22:00:00.000Z");
    CHECK(local_text("2011-12-30T22:00:00Z", zone) == "2011-12-31 12:00 +14");
    CHECK(resolved("2026-01-15 09:00", zone) == "=2026-01-14T20:00:00.000Z");
}

TEST_CASE("Asia Kolkata is half an hour off and never changes") {
    CHECK(resolved("2026-12-01 09:00", "Asia/Kolkata") == "=2026-12-01T03:30:00.000Z");
    CHECK(local_text("2026-06-01T18:45:00Z", "Asia/Kolkata") == "2026-06-02 00:15 IST");
}

TEST_CASE("UTC is known with and without its folder") {
    CHECK(resolved("2026-12-01 09:00", "UTC") == "=2026-12-01T09:00:00.000Z");
    CHECK(resolved("2026-12-01 09:00", "Etc/UTC") == "=2026-12-01T09:00:00.000Z");
    CHECK(local_text("2026-06-01T18:45:00Z", "UTC") == "2026-06-01 18:45 UTC");
}

TEST_CASE("a local time keeps its seconds") {
    const auto t = to_local(*parse_rfc3339("1969-12-31T23:59:58.500Z"), "Europe/Berlin");

    CHECK(t.year == 1970);
    CHECK(t.month == 1);
    CHECK(t.day == 1);
    CHECK(t.hour == 0);
    CHECK(t.minute == 59);
    CHECK(t.second == 58);
}

TEST_CASE("an unknown zone is refused and the nearest name offered") {
    try {
        resolve({2026, 12, 1, 9, 0, 0}, "Europe/Berln");
        FAIL("accepted");
    } catch (const Error& e) {
        CHECK(e.code() == Code::invalid);
        CHECK(std::string(e.what()) == "\"Europe/Berln\" is not a known time zone");
        CHECK(e.hint() == "Did you mean Europe/Berlin?");
    }
}

TEST_CASE("a mistyped zone finds its neighbour, nonsense finds none") {
    CHECK(nearest_zone("berlin") == "Europe/Berlin");
    CHECK(nearest_zone("new york") == "America/New_York");
    CHECK(nearest_zone("Asia/Calcuta") == "Asia/Calcutta");
    CHECK(nearest_zone("qqqqqqqqqqqqqq").empty());
    CHECK(nearest_zone("").empty());
    CHECK(nearest_zone(std::string(100000, 'a')).empty());
}

TEST_CASE("only IANA's names are zones") {
    CHECK(is_zone("Europe/Berlin"));
    CHECK(is_zone("America/Argentina/Buenos_Aires"));
    CHECK(is_zone("UTC"));
    CHECK(is_zone("Etc/GMT+5"));
    CHECK_FALSE(is_zone(""));
    CHECK_FALSE(is_zone("Europe"));
    CHECK_FALSE(is_zone("europe/berlin"));
    CHECK_FALSE(is_zone("../../../etc/passwd"));
    CHECK_FALSE(is_zone("/usr/share/zoneinfo/Europe/Berlin"));
    CHECK_FALSE(is_zone("right/Europe/Berlin"));
    CHECK_FALSE(is_zone("posixrules"));
    CHECK_FALSE(is_zone("tzdata.zi"));
    CHECK_FALSE(is_zone(std::string("UTC\0", 4)));
}

TEST_CASE("the machine's own zone is one") {
    CHECK(is_zone(system_zone()));
}

TEST_CASE("an instant is written in UTC with three digits of a second") {
    CHECK(to_rfc3339(from_ms(1795341600000)) == "2026-11-22T10:00:00.000Z");
    CHECK(to_rfc3339(from_ms(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(to_rfc3339(from_ms(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(to_rfc3339(from_ms(1709164800007)) == "2024-02-29T00:00:00.007Z");
}

std::string again(std::string_view text) {
    const auto instant = parse_rfc3339(text);
    return instant ? to_rfc3339(*instant) : "refused";
}

TEST_CASE("an RFC 3339 time is read with any offset") {
    CHECK(again("2026-12-01T09:00:00Z") == "2026-12-01T09:00:00.000Z");
    CHECK(again("2026-12-01t09:00:00z") == "2026-12-01T09:00:00.000Z");
    CHECK(again("2026-12-01 09:00:00.5+01:00") == "2026-12-01T08:00:00.500Z");
    CHECK(again("2026-12-01T09:00:00.123456789-05:30") == "2026-12-01T14:30:00.123Z");
    CHECK(again("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00.000Z");
    CHECK(again("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000Z");
}

TEST_CASE("what is no RFC 3339 time is refused") {
    CHECK(again("") == "refused");
    CHECK(again("2026-12-01") == "refused");
    CHECK(again("2026-12-01T09:00:00") == "refused");
    CHECK(again("2026-12-01T09:00Z") == "refused");
    CHECK(again("2026-12-01T09:00:00.Z") == "refused");
    CHECK(again("2026-12-01T09:00:00Z ") == "refused");
    CHECK(again("2026-12-01T24:00:00Z") == "refused");
    CHECK(again("2026-12-01T09:60:00Z") == "refused");
    CHECK(again("2026-12-01T09:00:61Z") == "refused");
    CHECK(again("2025-02-29T00:00:00Z") == "refused");
    CHECK(again("2026-13-01T00:00:00Z") == "refused");
    CHECK(again("2026-00-01T00:00:00Z") == "refused");
    CHECK(again("2026-12-01T09:00:00+24:00") == "refused");
    CHECK(again("2026-12-01T09:00:00+0100") == "refused");
    CHECK(again("+026-12-01T09:00:00Z") == "refused");
}

TEST_CASE("a local time is read with and without seconds, and nothing else") {
    const auto t = parse_local("2026-12-01T09:00:30");
    REQUIRE(t);
    CHECK(t->second == 30);
    CHECK(parse_local("2026-12-01 09:00"));
    CHECK_FALSE(parse_local("2026-12-01"));
    CHECK_FALSE(parse_local("2026-12-01 9:00"));
    CHECK_FALSE(parse_local("2026-12-01 09:00:60"));
    CHECK_FALSE(parse_local("2026-12-01 09:00Z"));
    CHECK_FALSE(parse_local("2026-02-30 09:00"));
    CHECK_FALSE(parse_local("tomorrow"));
}

TEST_CASE("a date that is none is refused instead of resolved") {
    CHECK_THROWS_AS(resolve({2026, 2, 30, 9, 0, 0}, "Europe/Berlin"), Error);
    CHECK_THROWS_AS(resolve({2026, 2, 3, 25, 0, 0}, "UTC"), Error);
}

}  // namespace
}  // namespace caas
