#include "core/schedule/rule.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas::schedule {
namespace {

// The rule as it is stored, or what is wrong with it.
std::string read(std::string_view text, std::string_view zone = "Europe/Berlin") {
    try {
        return rule_text(parse_rule(text, zone));
    } catch (const Error& error) {
        return error.what();
    }
}

TEST_CASE("a rule reads back as it is written") {
    for (const auto* text :
         {"FREQ=DAILY",
          "FREQ=HOURLY;INTERVAL=6;BYMINUTE=30",
          "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;BYHOUR=9;BYMINUTE=0;WKST=SU",
          "FREQ=MONTHLY;BYDAY=1MO,-1FR;BYHOUR=9,17;COUNT=12",
          "FREQ=MONTHLY;BYMONTHDAY=-1,15;BYSETPOS=-1",
          "FREQ=YEARLY;BYMONTH=1,7;BYDAY=20MO;UNTIL=20301231T090000"}) {
        CAPTURE(text);
        CHECK(read(text) == text);
    }
}

TEST_CASE("case, order, doubled values and a name before the rule do not matter") {
    CHECK(read("rrule:byday=we,mo,we;freq=weekly") == "FREQ=WEEKLY;BYDAY=WE,MO");
    CHECK(read("FREQ=DAILY;BYHOUR=17,9,9;") == "FREQ=DAILY;BYHOUR=9,17");
}

TEST_CASE("an end in UTC stays in UTC, an end on a day includes the day") {
    CHECK(read("FREQ=DAILY;UNTIL=20260701T100000Z") == "FREQ=DAILY;UNTIL=20260701T100000Z");
    CHECK(read("FREQ=DAILY;UNTIL=20260701") == "FREQ=DAILY;UNTIL=20260701T235900");
}

TEST_CASE("words say the common rules") {
    CHECK(read("daily 9:00") == "FREQ=DAILY;BYHOUR=9;BYMINUTE=0");
    CHECK(read("weekdays 09:30") == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=30");
    CHECK(read("Mon, wed-fri 18:05") == "FREQ=WEEKLY;BYDAY=MO,WE,TH,FR;BYHOUR=18;BYMINUTE=5");
    CHECK(read("weekly sun 10:00") == "FREQ=WEEKLY;BYDAY=SU;BYHOUR=10;BYMINUTE=0");
    CHECK(read("monthly 15 08:00") == "FREQ=MONTHLY;BYMONTHDAY=15;BYHOUR=8;BYMINUTE=0");
    CHECK(read("monthly last 08:00") == "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=8;BYMINUTE=0");
}

TEST_CASE("what is no rule is refused in words that name the part") {
    CHECK(read("FREQ=SECONDLY") == "`FREQ=SECONDLY` is not known");
    CHECK(read("FREQ=DAILY;BYWEEKNO=3") == "`BYWEEKNO` is not a part of a rule that caas knows");
    CHECK(read("INTERVAL=2") == "`FREQ` is missing");
    CHECK(read("FREQ=DAILY;FREQ=DAILY") == "`FREQ` is given twice");
    CHECK(read("FREQ=DAILY;COUNT=3;UNTIL=20270101") == "A rule has `COUNT` or `UNTIL`, not both");
    CHECK(read("FREQ=DAILY;INTERVAL=0") == "`INTERVAL` is a number from 1 to 1000, not `0`");
    CHECK(read("FREQ=DAILY;BYHOUR=24") == "`BYHOUR` is a number from 0 to 23, not `24`");
    CHECK(read("FREQ=DAILY;BYHOUR=") == "`BYHOUR` is a number from 0 to 23, not ``");
    CHECK(read("FREQ=MONTHLY;BYMONTHDAY=0") == "`BYMONTHDAY` may not be 0");
    CHECK(read("FREQ=MONTHLY;BYDAY=XX") == "`XX` is no day: use MO, TU, WE, TH, FR, SA, SU");
    CHECK(
        read("FREQ=WEEKLY;BYDAY=1MO") ==
        "Days with a number, such as 1MO, need FREQ=MONTHLY or FREQ=YEARLY");
    CHECK(read("FREQ=WEEKLY;BYMONTHDAY=1") == "`BYMONTHDAY` does not go with FREQ=WEEKLY");
    CHECK(read("FREQ=DAILY;BYSETPOS=1") == "`BYSETPOS` needs another BY part to choose from");
    CHECK(
        read("FREQ=DAILY;UNTIL=tomorrow") ==
        "`UNTIL` is a time like 20261231T090000Z or a day like 20261231");
    CHECK(read("FREQ=DAILY;COUNT") == "`COUNT` is not NAME=VALUE");
    CHECK(read("now and then") == "`now and then` is no rule of recurrence");
    CHECK(read("") == "`` is no rule of recurrence");
    CHECK(read("monthly 32 09:00") == "`the day of the month` is a number from 1 to 31, not `32`");
    CHECK(read(std::string(501, 'x')) == "The rule is longer than 500 letters");
}

}  // namespace
}  // namespace caas::schedule
