#include "core/schedule/occurrences.h"

#include <algorithm>
#include <utility>

namespace caas::schedule {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

// How far a rule may go on finding nothing (a thirtieth of February) before it is over. The longest
// real pause among days is eight years, from one 29 February to the next around 2100; among months
// and years an interval or a weekday can stretch that to 40 and more.
constexpr days longest_pause_of_days{366 * 10};
constexpr days longest_pause_of_months{366 * 120};

template <typename T>
bool has(const std::vector<T>& list, T value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

WallDay day_of(Wall wall) {
    return std::chrono::floor<days>(wall);
}

Day weekday_of(WallDay date) {
    return static_cast<Day>(std::chrono::weekday(date).iso_encoding());
}

int month_of(const year_month_day& date) {
    return static_cast<int>(static_cast<unsigned>(date.month()));
}

std::int64_t months_since_zero(WallDay date) {
    const year_month_day parts(date);
    return std::int64_t{static_cast<int>(parts.year())} * 12 + month_of(parts) - 1;
}

WallDay first_of_month(std::int64_t number) {
    return WallDay(year_month_day(
        year(static_cast<int>(number / 12)),
        month(static_cast<unsigned>(number % 12 + 1)),
        day(1)));
}

WallDay first_of_year(std::int64_t number) {
    return first_of_month(number * 12);
}

std::int64_t floored(std::int64_t number, std::int64_t by) {
    const auto quotient = number / by;
    return number % by < 0 ? quotient - 1 : quotient;
}

// Which one of its weekday `date` is in [first, end), counted from the front and from the end.
std::pair<int, int> ordinals(WallDay date, WallDay first, WallDay end) {
    return {
        static_cast<int>((date - first).count() / 7 + 1),
        -static_cast<int>((end - days(1) - date).count() / 7 + 1)};
}

}  // namespace

Occurrences::Occurrences(Rule rule, Wall start) : rule_(std::move(rule)), start_(start) {
    const year_month_day date(day_of(start));
    const auto time = static_cast<int>((start - day_of(start)).count());
    const auto frequency = rule_.frequency;
    if (rule_.minutes.empty())
        rule_.minutes = {time % 60};
    if (rule_.hours.empty() && frequency != Frequency::hourly)
        rule_.hours = {time / 60};
    // What the start decides when no part does (RFC 5545, 3.3.10).
    const bool is_open = rule_.month_days.empty() && rule_.days.empty();
    if (is_open && frequency == Frequency::weekly)
        rule_.days = {{weekday_of(day_of(start)), 0}};
    if (is_open && (frequency == Frequency::monthly || frequency == Frequency::yearly)) {
        if (frequency == Frequency::yearly && rule_.months.empty())
            rule_.months = {month_of(date)};
        rule_.month_days = {static_cast<int>(static_cast<unsigned>(date.day()))};
    }
}

std::int64_t Occurrences::period_of(Wall wall) const {
    const auto first = day_of(start_);
    const auto date = day_of(wall);
    switch (rule_.frequency) {
        case Frequency::hourly:
            return floored(
                (wall - std::chrono::floor<hours>(start_)).count(),
                std::int64_t{60} * rule_.interval);
        case Frequency::daily:
            return floored((date - first).count(), rule_.interval);
        case Frequency::weekly:
            return floored(
                (date - day_of(period_start(0))).count(), std::int64_t{7} * rule_.interval);
        case Frequency::monthly:
            return floored(months_since_zero(date) - months_since_zero(first), rule_.interval);
        case Frequency::yearly:
            break;
    }
    return floored(months_since_zero(date) / 12 - months_since_zero(first) / 12, rule_.interval);
}

Wall Occurrences::period_start(std::int64_t number) const {
    const auto first = day_of(start_);
    const auto step = number * rule_.interval;
    switch (rule_.frequency) {
        case Frequency::hourly:
            return std::chrono::floor<hours>(start_) + hours(step);
        case Frequency::daily:
            return first + days(step);
        case Frequency::weekly:
            return first - days((weekday_of(first) - rule_.week_start + 7) % 7) + days(7 * step);
        case Frequency::monthly:
            return first_of_month(months_since_zero(first) + step);
        case Frequency::yearly:
            break;
    }
    return first_of_year(months_since_zero(first) / 12 + step);
}

bool Occurrences::has_weekday(WallDay date) const {
    if (rule_.days.empty())
        return true;
    const auto weekday = weekday_of(date);
    for (const auto& wanted : rule_.days) {
        if (wanted.day != weekday)
            continue;
        if (wanted.ordinal == 0)
            return true;
        // Within the month, unless the year alone is spoken of.
        const year_month_day parts(date);
        const bool is_of_year = rule_.frequency == Frequency::yearly && rule_.months.empty();
        const auto number =
            is_of_year ? std::int64_t{static_cast<int>(parts.year())} : months_since_zero(date);
        const auto first = is_of_year ? first_of_year(number) : first_of_month(number);
        const auto end = is_of_year ? first_of_year(number + 1) : first_of_month(number + 1);
        const auto [front, back] = ordinals(date, first, end);
        if (wanted.ordinal == front || wanted.ordinal == back)
            return true;
    }
    return false;
}

bool Occurrences::has_day(WallDay date) const {
    const year_month_day parts(date);
    if (!rule_.months.empty() && !has(rule_.months, month_of(parts)))
        return false;
    if (!rule_.month_days.empty()) {
        const auto last = (first_of_month(months_since_zero(date) + 1) - days(1));
        const auto front = static_cast<int>(static_cast<unsigned>(parts.day()));
        const auto back =
            front - static_cast<int>(static_cast<unsigned>(year_month_day(last).day())) - 1;
        if (!has(rule_.month_days, front) && !has(rule_.month_days, back))
            return false;
    }
    return has_weekday(date);
}

void Occurrences::fill_hour(Wall hour) {
    const auto date = day_of(hour);
    const auto of_day = static_cast<int>((hour - date).count() / 60);
    if (!has_day(date) || (!rule_.hours.empty() && !has(rule_.hours, of_day)))
        return;
    for (const auto minute : rule_.minutes)
        found_.push_back(hour + minutes(minute));
}

void Occurrences::fill_days(WallDay first, WallDay end) {
    for (auto date = first; date < end; date += days(1)) {
        if (!has_day(date))
            continue;
        for (const auto hour : rule_.hours) {
            for (const auto minute : rule_.minutes)
                found_.push_back(date + hours(hour) + minutes(minute));
        }
    }
}

void Occurrences::choose_positions() {
    std::vector<Wall> chosen;
    const auto size = static_cast<int>(found_.size());
    for (const auto position : rule_.positions) {
        const auto index = position > 0 ? position - 1 : size + position;
        if (index >= 0 && index < size)
            chosen.push_back(found_[static_cast<std::size_t>(index)]);
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    found_ = std::move(chosen);
}

void Occurrences::fill() {
    found_.clear();
    at_ = 0;
    const auto start = period_start(period_);
    const auto first = day_of(start);
    switch (rule_.frequency) {
        case Frequency::hourly:
            fill_hour(start);
            break;
        case Frequency::daily:
            fill_days(first, first + days(1));
            break;
        case Frequency::weekly:
            fill_days(first, first + days(7));
            break;
        case Frequency::monthly:
            fill_days(first, first_of_month(months_since_zero(first) + 1));
            break;
        case Frequency::yearly:
            fill_days(first, first_of_month(months_since_zero(first) + 12));
            break;
    }
    if (!rule_.positions.empty())
        choose_positions();
}

std::optional<Wall> Occurrences::next() {
    const bool is_of_days =
        rule_.frequency != Frequency::monthly && rule_.frequency != Frequency::yearly;
    const auto pause = is_of_days ? longest_pause_of_days : longest_pause_of_months;
    auto from = last_.value_or(start_);
    while (!is_over_) {
        while (at_ < found_.size()) {
            const auto wall = found_[at_++];
            if (wall < start_ || (last_ && wall <= *last_))
                continue;
            if ((rule_.until && wall > *rule_.until) || (rule_.count && given_ >= *rule_.count)) {
                is_over_ = true;
                return std::nullopt;
            }
            ++given_;
            last_ = wall;
            return wall;
        }
        const auto start = period_start(period_);
        // Intervals of years may jump far by themselves.
        const auto reach = pause + days(366) * (is_of_days ? 1 : rule_.interval);
        is_over_ = start > from + reach || (rule_.until && start > *rule_.until);
        if (!is_over_)
            fill();
        ++period_;
    }
    return std::nullopt;
}

void Occurrences::skip_past(Wall wall) {
    if (last_ && *last_ >= wall)
        return;
    if (!rule_.count && wall > start_) {
        // Periods before are of no account.
        const auto period = period_of(wall);
        if (period > period_) {
            period_ = period;
            found_.clear();
            at_ = 0;
        }
        last_ = wall;
        return;
    }
    if (wall < start_)
        return;
    while (!is_over_) {
        const auto at = at_;
        const auto last = last_;
        const auto given = given_;
        const auto found = next();
        if (!found)
            return;
        if (*found > wall) {
            // One too far: the next call gives it again.
            at_ = at_ > 0 ? at_ - 1 : at;
            last_ = last;
            given_ = given;
            return;
        }
    }
}

}  // namespace caas::schedule
