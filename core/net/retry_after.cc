#include "core/net/retry_after.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/time_zone.h"

namespace caas::net {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// A decimal number without sign or exponent.
std::optional<double> number(std::string_view text) {
    text = trimmed(text);
    const bool is_decimal = !text.empty() && text.size() <= 24 && text.front() != '.' &&
                            std::count(text.begin(), text.end(), '.') <= 1 &&
                            std::all_of(text.begin(), text.end(), [](char c) {
                                return (c >= '0' && c <= '9') || c == '.';
                            });
    if (!is_decimal)
        return std::nullopt;
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

Milliseconds bounded(double ms) {
    const auto most = static_cast<double>(most_wait.count());
    const auto least = static_cast<double>(least_wait.count());
    return Milliseconds(static_cast<std::int64_t>(std::ceil(std::clamp(ms, least, most))));
}

std::optional<Milliseconds> until(Instant moment, Instant now) {
    if (moment <= now)
        return std::nullopt;
    return std::clamp(moment - now, least_wait, most_wait);
}

std::optional<int> integer(std::string_view text) {
    int value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (text.empty() || read.ec != std::errc() || read.ptr != end || value < 0)
        return std::nullopt;
    return value;
}

std::optional<unsigned> month_of(std::string_view text) {
    constexpr std::array<std::string_view, 12> names{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto at = std::find(names.begin(), names.end(), text);
    if (at == names.end())
        return std::nullopt;
    return static_cast<unsigned>(at - names.begin()) + 1;
}

std::vector<std::string_view> words_of(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0)
            words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

struct DateWords {
    std::string_view day, month, year, time;
};

std::optional<Instant> instant_of(const DateWords& words) {
    const auto day = integer(words.day);
    const auto month = month_of(words.month);
    auto year = integer(words.year);
    const auto parts = words_of(words.time, ":");
    if (!day || !month || !year || words.time.size() != 8 || parts.size() != 3)
        return std::nullopt;
    if (words.year.size() == 2)
        year = *year + (*year < 70 ? 2000 : 1900);
    const auto hour = integer(parts[0]);
    const auto minute = integer(parts[1]);
    const auto second = integer(parts[2]);
    const std::chrono::year_month_day date(
        std::chrono::year(*year),
        std::chrono::month(*month),
        std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

}  // namespace

std::optional<Instant> parse_http_date(std::string_view text) {
    const auto words = words_of(trimmed(text), " ");
    if (words.size() == 6 && words[5] == "GMT")  // Sun, 06 Nov 1994 08:49:37 GMT
        return instant_of({words[1], words[2], words[3], words[4]});
    if (words.size() == 4 && words[3] == "GMT") {  // Sunday, 06-Nov-94 08:49:37 GMT
        const auto date = words_of(words[1], "-");
        if (date.size() == 3)
            return instant_of({date[0], date[1], date[2], words[2]});
    }
    if (words.size() == 5)  // Sun Nov  6 08:49:37 1994
        return instant_of({words[2], words[1], words[4], words[3]});
    return std::nullopt;
}

std::optional<Milliseconds> retry_after(const Response& response, Instant now) {
    if (const auto text = response.header("retry-after-ms")) {
        if (const auto ms = number(*text))
            return bounded(*ms);
    }
    const auto text = response.header("Retry-After");
    if (!text)
        return std::nullopt;
    if (const auto seconds = number(*text))
        return bounded(*seconds * 1000);
    const auto date = parse_http_date(*text);
    return date ? until(*date, now) : std::nullopt;
}

std::optional<Milliseconds> wait_until_reset(
    const Response& response, std::string_view header, Instant now) {
    const auto text = response.header(header);
    if (!text)
        return std::nullopt;
    if (const auto value = number(*text)) {
        constexpr double first_epoch_s = 1e9;    // 2001: no service counts down from that far
        constexpr double first_epoch_ms = 1e11;  // in seconds it would be the year 5138
        constexpr double last_ms = 1e14;
        if (*value < first_epoch_s)
            return bounded(*value * 1000);
        const double ms = *value < first_epoch_ms ? *value * 1000 : *value;
        return until(from_ms(static_cast<std::int64_t>(std::min(ms, last_ms))), now);
    }
    const auto moment = parse_rfc3339(trimmed(*text));
    return moment ? until(*moment, now) : std::nullopt;
}

std::optional<Milliseconds> asked_wait(const Response& response, Instant now) {
    if (const auto wait = retry_after(response, now))
        return wait;
    for (const std::string kind : {"x-rate-limit-", "ratelimit-", "x-ratelimit-"}) {
        const auto remaining = response.header(kind + "remaining");
        if (remaining && trimmed(*remaining) != "0")
            continue;
        if (const auto wait = wait_until_reset(response, kind + "reset", now))
            return wait;
    }
    return std::nullopt;
}

}  // namespace caas::net
