#include "core/base/time_zone.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include <unistd.h>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/zone_file.h"

namespace caas {
namespace {

constexpr std::size_t longest_name = 40;  // IANA's longest has 32 characters
constexpr std::string_view zone_folder = "/usr/share/zoneinfo";
constexpr std::size_t most_zone_bytes = 1U << 20U;

// Reads digits and single characters from the front of a text; a failed read leaves `good` false.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
                good = false;
                return 0;
            }
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    // The next character when it is one of `any`, else 0.
    char one_of(std::string_view any) {
        if (rest_.empty() || any.find(rest_.front()) == std::string_view::npos)
            return '\0';
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    void expect(std::string_view any) {
        if (one_of(any) == '\0')
            good = false;
    }

    bool is_at_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }

    bool is_at_end() const { return rest_.empty(); }

    bool good = true;

  private:
    std::string_view rest_;
};

bool is_date(const LocalTime& t) {
    const std::chrono::year_month_day day(
        std::chrono::year(t.year),
        std::chrono::month(static_cast<unsigned>(t.month)),
        std::chrono::day(static_cast<unsigned>(t.day)));
    return day.ok();
}

bool is_time(const LocalTime& t) {
    return t.hour >= 0 && t.hour < 24 && t.minute >= 0 && t.minute < 60 && t.second >= 0 &&
           t.second < 60;
}

// Seconds since 1970 as if the wall showed UTC.
std::chrono::seconds wall_seconds(const LocalTime& t) {
    const std::chrono::sys_days day(std::chrono::year_month_day(
        std::chrono::year(t.year),
        std::chrono::month(static_cast<unsigned>(t.month)),
        std::chrono::day(static_cast<unsigned>(t.day))));
    return day.time_since_epoch() + std::chrono::hours(t.hour) + std::chrono::minutes(t.minute) +
           std::chrono::seconds(t.second);
}

LocalTime from_wall(std::chrono::seconds wall) {
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date{std::chrono::sys_days(day)};
    const auto rest = static_cast<int>((wall - day).count());
    return {
        static_cast<int>(date.year()),
        static_cast<int>(static_cast<unsigned>(date.month())),
        static_cast<int>(static_cast<unsigned>(date.day())),
        rest / 3600,
        rest / 60 % 60,
        rest % 60};
}

std::string padded(int number, std::size_t digits) {
    auto text = std::to_string(number);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string day_text(const LocalTime& t) {
    return padded(t.year, 4) + "-" + padded(t.month, 2) + "-" + padded(t.day, 2);
}

void read_clock(Scanner& in, LocalTime& t) {
    t.hour = in.number(2);
    in.expect(":");
    t.minute = in.number(2);
}

void read_day(Scanner& in, LocalTime& t) {
    t.year = in.number(4);
    in.expect("-");
    t.month = in.number(2);
    in.expect("-");
    t.day = in.number(2);
}

// "right/…" counts leap seconds and "posix/…" doubles the others; neither is a name of IANA.
bool is_iana(std::string_view name) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-";
    return !name.empty() && name.size() <= longest_name && name.front() != '/' &&
           name.find_first_not_of(letters) == std::string_view::npos &&
           !name.starts_with("right/") && !name.starts_with("posix/") && name != "posixrules" &&
           name != "localtime" && name != "Factory";
}

bool is_utc(std::string_view name) {
    return name == "UTC" || name == "Etc/UTC";
}

std::filesystem::path path_of(std::string_view name) {
    return std::filesystem::path(zone_folder) / name;
}

// nullopt when there is no such zone, or no zone database at all (a container without tzdata).
std::optional<ZoneFile> find(std::string_view name) {
    std::error_code ignored;
    if (!is_iana(name) || !std::filesystem::is_regular_file(path_of(name), ignored))
        return std::nullopt;
    return ZoneFile::parse(read_file(path_of(name), most_zone_bytes));
}

// Read anew each time, in 50 µs: so an update of the zone data counts at once.
ZoneFile known(std::string_view name) {
    if (auto zone = find(name))
        return *std::move(zone);
    const auto near = nearest_zone(name);
    throw Error(
        Code::invalid,
        "\"" + std::string(name.substr(0, longest_name)) + "\" is not a known time zone",
        near.empty() ? "Use a name such as Europe/Berlin; without any zones, install tzdata."
                     : "Did you mean " + near + "?");
}

// What the wall of a zone shows, and how the zone is called then. UTC needs no database.
std::pair<LocalTime, std::string> wall_of(Instant instant, std::string_view zone) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch();
    if (is_utc(zone))
        return {from_wall(seconds), "UTC"};
    const auto file = known(zone);
    const auto& offset = file.at(seconds.count());
    return {from_wall(seconds + std::chrono::seconds(offset.seconds)), offset.name};
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        else if (c == ' ' || c == '-')
            c = '_';
    }
    return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto changed = diagonal + (a[i] == b[j] ? 0U : 1U);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string to_rfc3339(Instant instant) {
    const auto wall = std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch());
    const auto t = from_wall(wall);
    const auto ms = static_cast<int>((instant.time_since_epoch() - wall).count());
    constexpr int most_year = 9999;
    if (t.year < 0 || t.year > most_year)
        return day_text(t) + "T" + padded(t.hour, 2) + ":" + padded(t.minute, 2) + ":" +
               padded(t.second, 2) + "." + padded(ms, 3) + "Z";
    // Every list is full of these: in place, digit by digit.
    std::string text = "0000-00-00T00:00:00.000Z";
    const auto put = [&text](std::size_t at, std::size_t digits, int number) {
        for (; digits > 0; --digits, number /= 10)
            text[at + digits - 1] = static_cast<char>('0' + number % 10);
    };
    put(0, 4, t.year);
    put(5, 2, t.month);
    put(8, 2, t.day);
    put(11, 2, t.hour);
    put(14, 2, t.minute);
    put(17, 2, t.second);
    put(20, 3, ms);
    return text;
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
    Scanner in(text);
    LocalTime t;
    read_day(in, t);
    in.expect("Tt ");
    read_clock(in, t);
    in.expect(":");
    t.second = in.number(2);
    std::int64_t ms = 0;
    if (in.one_of(".") != '\0') {
        if (!in.is_at_digit())
            return std::nullopt;
        for (std::int64_t unit = 100; in.is_at_digit(); unit /= 10)
            ms += in.number(1) * unit;
    }
    std::chrono::minutes offset{};
    if (in.one_of("Zz") == '\0') {
        const char sign = in.one_of("+-");
        const int hours = in.number(2);
        in.expect(":");
        const int minutes = in.number(2);
        if (sign == '\0' || hours > 23 || minutes > 59)
            return std::nullopt;
        offset = std::chrono::minutes(hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    }
    // A leap second is the moment after :59; the time that is counted has none.
    const int leap = t.second == 60 ? 1 : 0;
    t.second -= leap;
    if (!in.good || !in.is_at_end() || !is_date(t) || !is_time(t))
        return std::nullopt;
    return Instant(wall_seconds(t) + std::chrono::seconds(leap) - offset + Milliseconds(ms));
}

std::optional<LocalTime> parse_local(std::string_view text) {
    Scanner in(text);
    LocalTime t;
    read_day(in, t);
    in.expect("Tt ");
    read_clock(in, t);
    if (in.one_of(":") != '\0')
        t.second = in.number(2);
    if (!in.good || !in.is_at_end() || !is_date(t) || !is_time(t))
        return std::nullopt;
    return t;
}

Resolved resolve(const LocalTime& local, std::string_view zone) {
    if (!is_date(local) || !is_time(local))
        throw Error(Code::invalid, "There is no such date or time");
    const auto wall = wall_seconds(local);
    if (is_utc(zone))
        return {Instant(wall), Resolved::Kind::unique};
    const auto meaning = known(zone).meaning(wall.count());
    // In a gap the offset of before moves the time forward by the gap's length.
    const bool is_gap = meaning.offsets.empty();
    const Instant instant(
        wall - std::chrono::seconds(is_gap ? meaning.before : meaning.offsets.front()));
    if (is_gap)
        return {instant, Resolved::Kind::moved_forward};
    const bool is_unique = meaning.offsets.size() == 1;
    return {instant, is_unique ? Resolved::Kind::unique : Resolved::Kind::first_of_two};
}

LocalTime to_local(Instant instant, std::string_view zone) {
    return wall_of(instant, zone).first;
}

std::string to_local_text(Instant instant, std::string_view zone) {
    const auto [t, name] = wall_of(instant, zone);
    return day_text(t) + " " + padded(t.hour, 2) + ":" + padded(t.minute, 2) + " " + name;
}

std::string zone_data_version() {
    std::ifstream file(path_of("tzdata.zi"));
    constexpr std::string_view mark = "# version ";
    std::string line;
    if (std::getline(file, line) && line.starts_with(mark))
        return line.substr(mark.size());
    // Not every system has that file; these change with any edition.
    std::string facts;
    for (const auto* name : {"Europe/Berlin", "America/New_York", "Africa/Casablanca", "tzdata"}) {
        std::error_code ignored;
        const auto time = std::filesystem::last_write_time(path_of(name), ignored);
        if (!ignored)
            facts += std::to_string(time.time_since_epoch().count()) + " ";
    }
    return facts.empty() ? facts : sha256_hex(facts).substr(0, 16);
}

bool is_zone(std::string_view name) {
    if (!is_iana(name))
        return false;
    if (is_utc(name))
        return true;
    return find(name).has_value();
}

std::string nearest_zone(std::string_view name) {
    if (name.empty() || name.size() > longest_name)
        return {};
    const auto wanted = lower(name);
    std::string best;
    std::size_t least = wanted.size() / 3 + 1;
    std::error_code ignored;
    for (auto at = std::filesystem::recursive_directory_iterator(zone_folder, ignored);
         at != std::filesystem::recursive_directory_iterator();
         at.increment(ignored)) {
        const auto zone = at->path().lexically_relative(zone_folder).string();
        if (!is_iana(zone) || !at->is_regular_file(ignored) || zone.front() < 'A' ||
            zone.front() > 'Z')
            continue;
        const auto candidate = lower(zone);
        const auto city = candidate.substr(candidate.rfind('/') + 1);
        const auto distance =
            std::min(edit_distance(wanted, candidate), edit_distance(wanted, city));
        if (distance < least || (distance == least && zone < best)) {
            least = distance;
            best = zone;
        }
    }
    return best;
}

std::string system_zone() {
    constexpr std::string_view mark = "/zoneinfo/";
    std::array<char, 512> target{};
    const auto length = ::readlink("/etc/localtime", target.data(), target.size());
    if (length > 0) {
        const std::string_view link(target.data(), static_cast<std::size_t>(length));
        const auto at = link.find(mark);
        if (at != std::string_view::npos && is_zone(link.substr(at + mark.size())))
            return std::string(link.substr(at + mark.size()));
    }
    if (::access("/etc/timezone", R_OK) == 0) {
        auto name = read_file("/etc/timezone", 4096);
        while (!name.empty() && std::isspace(static_cast<unsigned char>(name.back())) != 0)
            name.pop_back();
        if (is_zone(name))
            return name;
    }
    return "UTC";
}

}  // namespace caas
