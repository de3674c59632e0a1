#include "cli/print/moment.h"

#include <array>

#include <nlohmann/json.hpp>

#include "core/base/time_zone.h"

namespace caas::cli::print {
namespace {

struct Unit {
    std::int64_t seconds;
    std::string_view name;
};

constexpr std::array<Unit, 4> units{{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};

}  // namespace

std::string relative(Instant when, Instant now) {
    const auto seconds = std::chrono::round<std::chrono::seconds>(when - now).count();
    const auto size = seconds < 0 ? -seconds : seconds;
    if (size == 0)
        return "now";
    for (const auto& unit : units) {
        if (size < unit.seconds)
            continue;
        const auto words = std::to_string(size / unit.seconds) + " " + std::string(unit.name);
        return seconds > 0 ? "in " + words : words + " ago";
    }
    return "now";
}

std::string length(Milliseconds span) {
    const auto ms = span.count();
    if (ms < 1000)
        return std::to_string(ms) + " ms";
    if (ms < 10000)
        return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
    const auto seconds = ms / 1000;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (seconds < units[i].seconds)
            continue;
        auto out = std::to_string(seconds / units[i].seconds) + " " + std::string(units[i].name);
        if (i + 1 < units.size()) {
            const auto rest = seconds % units[i].seconds / units[i + 1].seconds;
            if (rest > 0)
                out += " " + std::to_string(rest) + " " + std::string(units[i + 1].name);
        }
        return out;
    }
    return "0 s";
}

std::string moment(Instant when, Instant now, std::string_view zone) {
    return relative(when, now) + " (" + to_local_text(when, zone) + ")";
}

std::optional<Instant> instant_of(const Json& object, std::string_view key) {
    const auto text = json::text(object, key);
    return text ? parse_rfc3339(*text) : std::nullopt;
}

std::string relative_of(const Json& object, std::string_view key, Instant now) {
    const auto when = instant_of(object, key);
    return when ? relative(*when, now) : std::string();
}

std::string moment_of(
    const Json& object, std::string_view key, Instant now, std::string_view zone) {
    const auto when = instant_of(object, key);
    return when ? moment(*when, now, zone) : std::string();
}

}  // namespace caas::cli::print
