#include "core/schedule/rule.h"

#include <array>

namespace caas::schedule {
namespace {

constexpr std::array<std::string_view, 5> frequency_names{
    "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
constexpr std::array<std::string_view, 7> day_codes{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

std::string code_of(Day day) {
    return std::string(day_codes.at(static_cast<std::size_t>(day - 1)));
}

void add(std::string& out, std::string_view name, const std::vector<int>& numbers) {
    if (numbers.empty())
        return;
    out += ";" + std::string(name) + "=";
    for (std::size_t i = 0; i < numbers.size(); ++i)
        out += (i == 0 ? "" : ",") + std::to_string(numbers[i]);
}

// 20261201T090000
std::string compact(Wall wall) {
    std::string out;
    for (const char c : wall_text(wall)) {
        if (c >= '0' && c <= '9')
            out += c;
        else if (c == ' ')
            out += 'T';
    }
    return out + "00";
}

}  // namespace

std::string rule_text(const Rule& rule) {
    auto out = "FREQ=" + std::string(frequency_names.at(static_cast<std::size_t>(rule.frequency)));
    if (rule.interval != 1)
        out += ";INTERVAL=" + std::to_string(rule.interval);
    add(out, "BYMONTH", rule.months);
    add(out, "BYMONTHDAY", rule.month_days);
    if (!rule.days.empty()) {
        out += ";BYDAY=";
        for (std::size_t i = 0; i < rule.days.size(); ++i) {
            const auto& day = rule.days[i];
            out += (i == 0 ? "" : ",") + (day.ordinal == 0 ? "" : std::to_string(day.ordinal)) +
                   code_of(day.day);
        }
    }
    add(out, "BYHOUR", rule.hours);
    add(out, "BYMINUTE", rule.minutes);
    add(out, "BYSETPOS", rule.positions);
    if (rule.week_start != 1)
        out += ";WKST=" + code_of(rule.week_start);
    if (rule.count)
        out += ";COUNT=" + std::to_string(*rule.count);
    if (rule.until_at)
        out += ";UNTIL=" + compact(wall_at(*rule.until_at, "UTC")) + "Z";
    else if (rule.until)
        out += ";UNTIL=" + compact(*rule.until);
    return out;
}

}  // namespace caas::schedule
