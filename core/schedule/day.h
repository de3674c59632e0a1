// Days of the week and times of day in words. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caas::schedule {

// ISO 8601: Monday is 1, Sunday is 7.
using Day = int;

// "mon"
std::string_view day_name(Day day);
// "mon", "Monday"; nullopt for any other word.
std::optional<Day> parse_day(std::string_view word);
// One word or several with commas between: "mon,wed", "mon-fri", "weekdays", "weekends", "daily".
// In the order of the week, each once; nullopt when a word is no day.
std::optional<std::vector<Day>> parse_days(std::string_view text);

// "9:05" or "09:05": minutes since midnight; nullopt when it is no time of day.
std::optional<int> parse_time_of_day(std::string_view text);
// "09:05"
std::string time_of_day_text(int minute);

// The words of a text, at white space and any of `also`.
std::vector<std::string_view> words_of(std::string_view text, std::string_view also = {});

}  // namespace caas::schedule
