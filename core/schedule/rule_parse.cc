// Reads rules of recurrence, as RFC 5545 writes them and in words.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/schedule/rule.h"

namespace caas::schedule {
namespace {

constexpr std::size_t longest_text = 500;
constexpr int most_interval = 1000;
constexpr int most_count = 10'000;

constexpr std::array<std::pair<std::string_view, Frequency>, 5> frequencies{{
    {"HOURLY", Frequency::hourly},
    {"DAILY", Frequency::daily},
    {"WEEKLY", Frequency::weekly},
    {"MONTHLY", Frequency::monthly},
    {"YEARLY", Frequency::yearly},
}};
constexpr std::array<std::string_view, 7> day_codes{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(
        Code::invalid,
        what,
        hint.empty() ? "for example \"weekdays 09:00\" or "
                       "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0"
                     : hint,
        {{"/every", "rule", "is no rule of recurrence that caas knows"}});
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::optional<int> number_of(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text.empty() || text.size() > 6)
        return std::nullopt;
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return is_negative ? -value : value;
}

int number(std::string_view name, std::string_view text, int least, int most) {
    const auto value = number_of(text);
    if (!value || *value < least || *value > most)
        refuse(
            "`" + std::string(name) + "` is a number from " + std::to_string(least) + " to " +
            std::to_string(most) + ", not `" + std::string(text.substr(0, 20)) + "`");
    return *value;
}

// `least` below zero: counted from the end too, and then 0 is none.
std::vector<int> numbers(std::string_view name, std::string_view text, int least, int most) {
    std::vector<int> out;
    while (true) {
        const auto comma = text.find(',');
        out.push_back(number(name, text.substr(0, comma), least, most));
        if (out.back() == 0 && least < 0)
            refuse("`" + std::string(name) + "` may not be 0");
        if (comma == std::string_view::npos)
            break;
        text.remove_prefix(comma + 1);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Day day_of(std::string_view code) {
    const auto at = std::find(day_codes.begin(), day_codes.end(), code);
    if (at == day_codes.end())
        refuse(
            "`" + std::string(code.substr(0, 20)) + "` is no day: use MO, TU, WE, TH, FR, SA, SU");
    return static_cast<Day>(at - day_codes.begin()) + 1;
}

std::vector<RuleDay> days_of(std::string_view text) {
    std::vector<RuleDay> out;
    while (true) {
        const auto comma = text.find(',');
        const auto one = text.substr(0, comma);
        const auto letters = one.size() < 2 ? 0 : one.size() - 2;
        RuleDay day{day_of(one.substr(letters)), 0};
        if (letters > 0) {
            day.ordinal = number("BYDAY", one.substr(0, letters), -53, 53);
            if (day.ordinal == 0)
                refuse("`BYDAY` may not be 0");
        }
        if (std::find(out.begin(), out.end(), day) == out.end())
            out.push_back(day);
        if (comma == std::string_view::npos)
            return out;
        text.remove_prefix(comma + 1);
    }
}

// The last wall time that means no moment after `until`.
Wall last_wall(Instant until, std::string_view zone) {
    constexpr std::chrono::minutes step{1};
    auto wall = wall_at(until, zone);
    // When an hour comes a second time, the rest of its wall times meant the first time.
    while (resolve(local_of(wall + step), zone).instant <= until)
        wall += step;
    return wall;
}

// 20261231, 20261231T090000 (wall time) or 20261231T090000Z.
void read_until(Rule& rule, std::string_view text, std::string_view zone) {
    const bool is_utc = text.ends_with('Z');
    auto rest = is_utc ? text.substr(0, text.size() - 1) : text;
    const bool is_day = rest.size() == 8 && !is_utc;
    std::string spaced;
    if (is_day || (rest.size() == 15 && rest[8] == 'T')) {
        spaced = std::string(rest.substr(0, 4)) + "-" + std::string(rest.substr(4, 2)) + "-" +
                 std::string(rest.substr(6, 2)) + " ";
        spaced += is_day ? "23:59"
                         : std::string(rest.substr(9, 2)) + ":" + std::string(rest.substr(11, 2)) +
                               ":" + std::string(rest.substr(13, 2));
    }
    const auto local = parse_local(spaced);
    if (!local)
        refuse("`UNTIL` is a time like 20261231T090000Z or a day like 20261231");
    if (is_utc)
        rule.until_at = resolve(*local, "UTC").instant;
    rule.until = is_utc ? last_wall(*rule.until_at, zone) : wall_of(*local);
}

void read_part(
    Rule& rule, const std::string& name, const std::string& value, std::string_view zone) {
    if (name == "FREQ") {
        const auto* const at =
            std::find_if(frequencies.begin(), frequencies.end(), [&](const auto& row) {
                return row.first == value;
            });
        if (at == frequencies.end())
            refuse(
                "`FREQ=" + value.substr(0, 20) + "` is not known",
                "it is HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY");
        rule.frequency = at->second;
    } else if (name == "INTERVAL") {
        rule.interval = number(name, value, 1, most_interval);
    } else if (name == "COUNT") {
        rule.count = number(name, value, 1, most_count);
    } else if (name == "UNTIL") {
        read_until(rule, value, zone);
    } else if (name == "WKST") {
        rule.week_start = day_of(value);
    } else if (name == "BYMONTH") {
        rule.months = numbers(name, value, 1, 12);
    } else if (name == "BYMONTHDAY") {
        rule.month_days = numbers(name, value, -31, 31);
    } else if (name == "BYDAY") {
        rule.days = days_of(value);
    } else if (name == "BYHOUR") {
        rule.hours = numbers(name, value, 0, 23);
    } else if (name == "BYMINUTE") {
        rule.minutes = numbers(name, value, 0, 59);
    } else if (name == "BYSETPOS") {
        rule.positions = numbers(name, value, -366, 366);
    } else {
        refuse(
            "`" + name.substr(0, 20) + "` is not a part of a rule that caas knows",
            "known are FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, "
            "BYSETPOS and WKST");
    }
}

// What RFC 5545 (3.3.10) forbids, and what can never happen.
void check(const Rule& rule) {
    if (rule.count && rule.until)
        refuse("A rule has `COUNT` or `UNTIL`, not both");
    const bool is_ordinal = std::any_of(
        rule.days.begin(), rule.days.end(), [](const RuleDay& day) { return day.ordinal != 0; });
    if (is_ordinal && rule.frequency != Frequency::monthly && rule.frequency != Frequency::yearly)
        refuse("Days with a number, such as 1MO, need FREQ=MONTHLY or FREQ=YEARLY");
    if (!rule.month_days.empty() && rule.frequency == Frequency::weekly)
        refuse("`BYMONTHDAY` does not go with FREQ=WEEKLY");
    if (!rule.positions.empty() && rule.months.empty() && rule.month_days.empty() &&
        rule.days.empty() && rule.hours.empty() && rule.minutes.empty())
        refuse("`BYSETPOS` needs another BY part to choose from");
}

Rule parse_parts(std::string_view text, std::string_view zone) {
    Rule rule;
    std::vector<std::string> seen;
    while (!text.empty()) {
        const auto end = text.find(';');
        const auto part = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos)
            refuse("`" + std::string(part.substr(0, 20)) + "` is not NAME=VALUE");
        const auto name = upper(part.substr(0, equals));
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            refuse("`" + name.substr(0, 20) + "` is given twice");
        read_part(rule, name, upper(part.substr(equals + 1)), zone);
        seen.push_back(name);
    }
    if (std::find(seen.begin(), seen.end(), "FREQ") == seen.end())
        refuse("`FREQ` is missing");
    check(rule);
    return rule;
}

void set_time(Rule& rule, int minute) {
    rule.hours = {minute / 60};
    rule.minutes = {minute % 60};
}

Rule parse_words(std::string_view text) {
    const auto words = words_of(text);
    const auto time = words.size() < 2 ? std::nullopt : parse_time_of_day(words.back());
    if (!time)
        refuse("`" + std::string(text.substr(0, 60)) + "` is no rule of recurrence");
    Rule rule;
    set_time(rule, *time);
    const auto first = upper(words.front());
    if (first == "MONTHLY" && words.size() == 3) {
        rule.frequency = Frequency::monthly;
        rule.month_days = {
            upper(words[1]) == "LAST" ? -1 : number("the day of the month", words[1], 1, 31)};
        return rule;
    }
    if (first == "DAILY" && words.size() == 2)
        return rule;
    // "weekly mon 09:00" says no more than "mon 09:00".
    const auto from = first == "WEEKLY" ? 1U : 0U;
    std::string days;
    for (std::size_t i = from; i + 1 < words.size(); ++i)
        days += std::string(words[i]) + " ";
    const auto parsed = parse_days(days);
    if (!parsed)
        refuse("`" + std::string(text.substr(0, 60)) + "` is no rule of recurrence");
    rule.frequency = Frequency::weekly;
    for (const auto day : *parsed)
        rule.days.push_back({day, 0});
    return rule;
}

}  // namespace

Rule parse_rule(std::string_view text, std::string_view zone) {
    if (text.size() > longest_text)
        refuse("The rule is longer than " + std::to_string(longest_text) + " letters");
    if (upper(text.substr(0, 6)) == "RRULE:")
        text.remove_prefix(6);
    return text.find('=') == std::string_view::npos ? parse_words(text) : parse_parts(text, zone);
}

}  // namespace caas::schedule
