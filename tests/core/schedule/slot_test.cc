#include "core/schedule/slot.h"

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas::schedule {
namespace {

std::string read(std::string_view text) {
    try {
        std::string out;
        for (const auto& slot : parse_slots(text))
            out += (out.empty() ? "" : ", ") + std::string(day_name(slot.day)) + " " +
                   time_of_day_text(slot.minute);
        return out;
    } catch (const Error& error) {
        return error.what();
    }
}

TEST_CASE("slots are days and the times after them") {
    CHECK(read("mon,wed 09:00, fri 17:30") == "mon 09:00, wed 09:00, fri 17:30");
    CHECK(read("Fri 9:05; Monday 09:00 17:00") == "mon 09:00, mon 17:00, fri 09:05");
    CHECK(read("weekends 10:00, sat-sun 10:00") == "sat 10:00, sun 10:00");
    CHECK(read("sat-mon 08:00") == "mon 08:00, sat 08:00, sun 08:00");
    CHECK(read("daily 12:00").size() == 7 * 11 - 2);
}

TEST_CASE("what is no slot is refused") {
    CHECK(read("09:00 mon") == "`09:00` comes before any day");
    CHECK(read("mon") == "The last day has no time after it");
    CHECK(read("mon 09:00, tue") == "The last day has no time after it");
    CHECK(read("mon 24:00") == "`24:00` is no day and no time of day");
    CHECK(read("mon 9") == "`9` is no day and no time of day");
    CHECK(read("") == "There is no slot");
    CHECK(read("noday 09:00") == "`noday` is no day and no time of day");
}

TEST_CASE("the times of slots go on from week to week") {
    // A Sunday.
    SlotTimes times(parse_slots("mon 09:00 17:00, sun 08:00"), WallDay(std::chrono::days(20779)));

    CHECK(wall_text(times.next()) == "2026-11-22 08:00");
    CHECK(wall_text(times.next()) == "2026-11-23 09:00");
    CHECK(wall_text(times.next()) == "2026-11-23 17:00");
    CHECK(wall_text(times.next()) == "2026-11-29 08:00");
    CHECK(wall_text(times.next()) == "2026-11-30 09:00");
}

}  // namespace
}  // namespace caas::schedule
