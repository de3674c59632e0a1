#include "core/base/zone_file.h"

#include <doctest/doctest.h>

#include "core/base/file.h"
#include "core/base/time_zone.h"

namespace caas {
namespace {

std::string number(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
    return out;
}

std::string header(std::uint32_t types, std::uint32_t letters) {
    return "TZif2" + std::string(15, '\0') + number(0) + number(0) + number(0) + number(0) +
           number(types) + number(letters);
}

// A file as zic -b slim writes it for a zone whose rule never changed: nothing but the rule.
std::string slim(const std::string& rule) {
    const auto block = header(1, 4) + number(0) + std::string(2, '\0') + std::string("LMT\0", 4);
    return block + block + "\n" + rule + "\n";
}

std::string shown(const std::string& rule, std::string_view instant) {
    const auto zone = ZoneFile::parse(slim(rule)).value();
    const auto& offset = zone.at(to_ms(parse_rfc3339(instant).value()) / 1000);
    return std::to_string(offset.seconds / 60) + " " + offset.name;
}

TEST_CASE("a rule goes on where the listed changes stop") {
    const std::string berlin = "CET-1CEST,M3.5.0,M10.5.0/3";

    CHECK(shown(berlin, "2040-03-25T00:59:59Z") == "60 CET");
    CHECK(shown(berlin, "2040-03-25T01:00:00Z") == "120 CEST");
    CHECK(shown(berlin, "2040-10-28T00:59:59Z") == "120 CEST");
    CHECK(shown(berlin, "2040-10-28T01:00:00Z") == "60 CET");
}

TEST_CASE("rules are read in every form that POSIX and RFC 9636 know") {
    // The other half of the world, by half an hour.
    CHECK(shown("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2040-01-01T00:00:00Z") == "660 +11");
    CHECK(shown("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2040-07-01T00:00:00Z") == "630 +1030");
    // Ireland's summer is its standard time.
    CHECK(shown("IST-1GMT0,M10.5.0,M3.5.0/1", "2040-07-01T00:00:00Z") == "60 IST");
    CHECK(shown("IST-1GMT0,M10.5.0,M3.5.0/1", "2040-01-01T00:00:00Z") == "0 GMT");
    // Before midnight, and days of the year.
    CHECK(shown("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-03-25T00:59:59Z") == "-120 -02");
    CHECK(shown("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-03-25T01:00:00Z") == "-60 -01");
    CHECK(shown("AAA0BBB,J60/0,J300", "2040-03-01T00:00:00Z") == "60 BBB");
    CHECK(shown("AAA0BBB,J60/0,J300", "2040-02-29T23:59:59Z") == "0 AAA");
    CHECK(shown("AAA0BBB,59/0,300", "2040-02-29T00:00:00Z") == "60 BBB");
    CHECK(shown("IST-5:30", "2040-01-01T00:00:00Z") == "330 IST");
}

TEST_CASE("a file without a rule, or with a broken one, keeps its last offset") {
    CHECK(shown("", "2040-01-01T00:00:00Z") == "0 LMT");
    CHECK(shown("CET-1CEST,M3.9.0,M10.5.0", "2040-07-01T00:00:00Z") == "0 LMT");
    CHECK(shown("nonsense", "2040-07-01T00:00:00Z") == "0 LMT");
}

TEST_CASE("what is no zone file, or only the beginning of one, is refused") {
    CHECK_FALSE(ZoneFile::parse(""));
    CHECK_FALSE(ZoneFile::parse("TZif"));
    CHECK_FALSE(ZoneFile::parse("# version 2026b\n" + std::string(500, 'x')));
    const auto whole = read_file("/usr/share/zoneinfo/Europe/Berlin", 1U << 20U);
    REQUIRE(ZoneFile::parse(whole));
    const auto footer = whole.rfind('\n', whole.size() - 2);
    for (std::size_t size = 0; size < footer; ++size) {
        CAPTURE(size);
        CHECK_FALSE(ZoneFile::parse(whole.substr(0, size)));
    }
}

TEST_CASE("summer time goes on beyond 2037") {
    const auto summer = resolve({2040, 7, 1, 12, 0, 0}, "Europe/Berlin");
    const auto gap = resolve({2040, 3, 25, 2, 30, 0}, "Europe/Berlin");
    const auto doubled = resolve({2040, 10, 28, 2, 30, 0}, "Europe/Berlin");

    CHECK(to_rfc3339(summer.instant) == "2040-07-01T10:00:00.000Z");
    CHECK(to_rfc3339(gap.instant) == "2040-03-25T01:30:00.000Z");
    CHECK(gap.kind == Resolved::Kind::moved_forward);
    CHECK(to_rfc3339(doubled.instant) == "2040-10-28T00:30:00.000Z");
    CHECK(doubled.kind == Resolved::Kind::first_of_two);
}

TEST_CASE("the edition of the zone data is told") {
    CHECK_FALSE(zone_data_version().empty());
    CHECK(zone_data_version().size() <= 16);
}

}  // namespace
}  // namespace caas
