#include "core/schedule/day.h"

#include <algorithm>
#include <array>

namespace caas::schedule {
namespace {

constexpr std::array<std::string_view, 7> names{
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// From `first` to `last`, over the end of the week where it has to be.
void add_days(std::vector<Day>& days, Day first, Day last) {
    for (Day day = first;; day = day % 7 + 1) {
        days.push_back(day);
        if (day == last)
            return;
    }
}

bool add_word(std::vector<Day>& days, std::string_view given) {
    const auto word = lower(given);
    if (word == "daily") {
        add_days(days, 1, 7);
    } else if (word == "weekdays") {
        add_days(days, 1, 5);
    } else if (word == "weekends") {
        add_days(days, 6, 7);
    } else {
        const auto dash = word.find('-');
        const auto first = parse_day(word.substr(0, dash));
        const auto last = dash == std::string::npos ? first : parse_day(word.substr(dash + 1));
        if (!first || !last)
            return false;
        add_days(days, *first, *last);
    }
    return true;
}

std::optional<int> digits(std::string_view text, std::size_t least) {
    if (text.size() < least || text.size() > 2)
        return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::string_view day_name(Day day) {
    return names.at(static_cast<std::size_t>(day - 1)).substr(0, 3);
}

std::optional<Day> parse_day(std::string_view word) {
    const auto wanted = lower(word);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (wanted == names[i] || wanted == names[i].substr(0, 3))
            return static_cast<Day>(i) + 1;
    }
    return std::nullopt;
}

std::optional<std::vector<Day>> parse_days(std::string_view text) {
    std::vector<Day> days;
    for (const auto word : words_of(text, ",")) {
        if (!add_word(days, word))
            return std::nullopt;
    }
    if (days.empty())
        return std::nullopt;
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return days;
}

std::optional<int> parse_time_of_day(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto hour = digits(text.substr(0, colon), 1);
    const auto minute = digits(text.substr(colon + 1), 2);
    if (!hour || !minute || *hour > 23 || *minute > 59)
        return std::nullopt;
    return *hour * 60 + *minute;
}

std::string time_of_day_text(int minute) {
    const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two(minute / 60) + ":" + two(minute % 60);
}

std::vector<std::string_view> words_of(std::string_view text, std::string_view also) {
    std::vector<std::string_view> words;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool is_gap = i == text.size() || text[i] == ' ' || text[i] == '\t' ||
                            text[i] == '\n' || text[i] == '\r' ||
                            also.find(text[i]) != std::string_view::npos;
        if (!is_gap)
            continue;
        if (i > start)
            words.push_back(text.substr(start, i - start));
        start = i + 1;
    }
    return words;
}

}  // namespace caas::schedule
