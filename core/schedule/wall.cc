#include "core/schedule/wall.h"

namespace caas::schedule {
namespace {

std::string padded(std::int64_t number, std::size_t digits) {
    auto text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

}  // namespace

LocalTime local_of(Wall wall) {
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date{day};
    const auto minutes = static_cast<int>((wall - day).count());
    return {
        static_cast<int>(date.year()),
        static_cast<int>(static_cast<unsigned>(date.month())),
        static_cast<int>(static_cast<unsigned>(date.day())),
        minutes / 60,
        minutes % 60,
        0};
}

Wall wall_of(const LocalTime& local) {
    const WallDay day{std::chrono::year_month_day(
        std::chrono::year(local.year),
        std::chrono::month(static_cast<unsigned>(local.month)),
        std::chrono::day(static_cast<unsigned>(local.day)))};
    return day + std::chrono::hours(local.hour) + std::chrono::minutes(local.minute);
}

Wall wall_at(Instant instant, std::string_view zone) {
    return wall_of(to_local(instant, zone));
}

std::string wall_text(Wall wall) {
    const auto t = local_of(wall);
    return padded(t.year, 4) + "-" + padded(t.month, 2) + "-" + padded(t.day, 2) + " " +
           padded(t.hour, 2) + ":" + padded(t.minute, 2);
}

std::optional<Wall> parse_wall(std::string_view text) {
    const auto local = parse_local(text);
    if (!local || local->second != 0)
        return std::nullopt;
    return wall_of(*local);
}

std::string_view note_of(Resolved::Kind kind) {
    switch (kind) {
        case Resolved::Kind::moved_forward:
            return "moved_forward";
        case Resolved::Kind::first_of_two:
            return "first_of_two";
        case Resolved::Kind::unique:
            break;
    }
    return "";
}

}  // namespace caas::schedule
