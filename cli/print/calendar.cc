#include "cli/print/calendar.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "cli/print/table.h"
#include "cli/print/width.h"

namespace caas::cli::print {
namespace {

constexpr int cell_columns = 7;
constexpr int days_of_week = 7;
constexpr std::array<std::string_view, 12> month_names{
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December"};
constexpr std::array<std::string_view, 7> day_names{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

std::chrono::year_month in_chrono(Month month) {
    return std::chrono::year(month.year) / std::chrono::month(static_cast<unsigned>(month.month));
}

// 0 is Monday.
int first_column(Month month) {
    const std::chrono::weekday first(std::chrono::sys_days(in_chrono(month) / 1));
    return static_cast<int>(first.iso_encoding()) - 1;
}

}  // namespace

Month next(Month month) {
    return month.month == 12 ? Month{month.year + 1, 1} : Month{month.year, month.month + 1};
}

int days_in(Month month) {
    const std::chrono::year_month_day_last last(in_chrono(month) / std::chrono::last);
    return static_cast<int>(static_cast<unsigned>(last.day()));
}

std::string calendar(
    Month month, const std::vector<Entry>& entries, int today, int width, const Paint& paint) {
    const auto title = std::string(month_names.at(static_cast<std::size_t>(month.month - 1))) +
                       " " + std::to_string(month.year);
    std::string out = paint(Colour::bold, title) + "\n";
    for (const auto name : day_names)
        out += paint(Colour::faint, name == day_names.back() ? name : padded(name, cell_columns));
    out += "\n";
    int column = first_column(month);
    out += std::string(static_cast<std::size_t>(column * cell_columns), ' ');
    for (int day = 1; day <= days_in(month); ++day) {
        const auto count = std::count_if(
            entries.begin(), entries.end(), [&](const Entry& entry) { return entry.day == day; });
        auto text = (day < 10 ? " " : "") + std::to_string(day) + (day == today ? "*" : "");
        if (count > 0)
            text += "(" + std::to_string(count) + ")";
        const auto colour = day == today ? Colour::bold : count > 0 ? Colour::cyan : Colour::plain;
        const auto space = std::max(1, cell_columns - print::width(text));
        out += paint(colour, text) + std::string(static_cast<std::size_t>(space), ' ');
        if (++column == days_of_week || day == days_in(month)) {
            while (out.back() == ' ')
                out.pop_back();
            out += "\n";
            column = 0;
        }
    }
    if (entries.empty())
        return out;
    Table table({{"DAY", true}, {"TIME"}, {"STATE"}, {"POST", false, true}});
    for (const auto& entry : entries)
        table.add(
            {{std::to_string(entry.day), {}},
             {entry.time, {}},
             {entry.state, colour_of_state(entry.state)},
             {entry.text, {}}});
    return out + "\n" + table.text(width, paint);
}

}  // namespace caas::cli::print
