#include "core/base/zone_file.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace caas {
namespace {

constexpr std::int64_t hour = 3600;
// No zone was ever further from UTC, either way.
constexpr std::int64_t furthest = 16 * hour;

// Reads big-endian numbers from the front; a failed read leaves `good` false.
class Bytes {
  public:
    explicit Bytes(std::string_view rest) : rest_(rest) {}

    std::int64_t number(std::size_t width) {
        const auto bytes = take(width);
        if (bytes.empty())
            return 0;
        std::uint64_t value = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~0ULL : 0;
        for (const char c : bytes)
            value = (value << 8U) | static_cast<unsigned char>(c);
        return static_cast<std::int64_t>(value);
    }

    std::string_view take(std::size_t size) {
        if (rest_.size() < size) {
            good = false;
            return {};
        }
        const auto bytes = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return bytes;
    }

    std::string_view rest() const { return rest_; }

    bool good = true;

  private:
    std::string_view rest_;
};

struct Counts {
    std::size_t utc = 0;
    std::size_t standard = 0;
    std::size_t leaps = 0;
    std::size_t changes = 0;
    std::size_t types = 0;
    std::size_t letters = 0;
};

std::optional<Counts> read_header(Bytes& in, char& version) {
    if (in.take(4) != "TZif")
        return std::nullopt;
    const auto byte = in.take(1);
    version = byte.empty() ? '\0' : byte[0];
    in.take(15);
    Counts counts;
    for (auto* count :
         {&counts.utc,
          &counts.standard,
          &counts.leaps,
          &counts.changes,
          &counts.types,
          &counts.letters}) {
        const auto value = in.number(4);
        if (value < 0 || value > 100'000)
            return std::nullopt;
        *count = static_cast<std::size_t>(value);
    }
    return in.good ? std::optional(counts) : std::nullopt;
}

std::int64_t first_day_of(int year, int month) {
    const std::chrono::sys_days day(std::chrono::year_month_day(
        std::chrono::year(year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(1)));
    return day.time_since_epoch().count();
}

int year_of(std::int64_t seconds) {
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::seconds(seconds));
    return static_cast<int>(std::chrono::year_month_day(std::chrono::sys_days(day)).year());
}

}  // namespace

// Reads a rule from the front of a text; a failed read leaves `good` false.
struct ZoneFile::RuleReader {
    std::string_view rest;
    bool good = true;

    bool accept(char c) {
        if (rest.empty() || rest.front() != c)
            return false;
        rest.remove_prefix(1);
        return true;
    }

    std::string name() {
        const bool is_quoted = accept('<');
        std::size_t size = 0;
        while (size < rest.size() && (is_quoted ? rest[size] != '>'
                                                : (rest[size] >= 'A' && rest[size] <= 'Z') ||
                                                      (rest[size] >= 'a' && rest[size] <= 'z')))
            ++size;
        std::string out(rest.substr(0, size));
        rest.remove_prefix(size);
        if (out.empty() || (is_quoted && !accept('>')))
            good = false;
        return out;
    }

    int number() {
        int value = 0;
        std::size_t digits = 0;
        for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9' && digits < 4;
             ++digits) {
            value = value * 10 + (rest.front() - '0');
            rest.remove_prefix(1);
        }
        if (digits == 0)
            good = false;
        return value;
    }

    // hh[:mm[:ss]], with a sign.
    std::int64_t time() {
        const bool is_negative = accept('-');
        if (!is_negative)
            accept('+');
        std::int64_t seconds = number() * hour;
        if (accept(':'))
            seconds += number() * 60;
        if (accept(':'))
            seconds += number();
        return is_negative ? -seconds : seconds;
    }

    Day day() {
        Day day;
        if (accept('M')) {
            day.kind = Day::Kind::of_month;
            day.month = number();
            good = accept('.') && good;
            day.week = number();
            good = accept('.') && good;
            day.day = number();
            good = good && day.month >= 1 && day.month <= 12 && day.week >= 1 && day.week <= 5 &&
                   day.day <= 6;
        } else {
            day.kind = accept('J') ? Day::Kind::of_year_without_leap : Day::Kind::of_year;
            day.day = number();
        }
        day.time = accept('/') ? time() : 2 * hour;
        return day;
    }

    std::optional<Rule> rule() {
        Rule rule;
        rule.standard.name = name();
        rule.standard.seconds = -time();
        if (good && rest.empty())
            return rule;
        Offset summer;
        summer.name = name();
        summer.seconds =
            !rest.empty() && rest.front() != ',' ? -time() : rule.standard.seconds + hour;
        good = accept(',') && good;
        rule.begin = day();
        good = accept(',') && good;
        rule.end = day();
        if (!good || !rest.empty())
            return std::nullopt;
        rule.summer = std::move(summer);
        return rule;
    }
};

std::optional<ZoneFile> ZoneFile::parse(std::string_view bytes) {
    Bytes in(bytes);
    char version = '\0';
    auto counts = read_header(in, version);
    if (!counts)
        return std::nullopt;
    std::size_t width = 4;
    if (version >= '2') {
        // The first block has 32 bits only; the second says the same in 64.
        in.take(
            counts->changes * 5 + counts->types * 6 + counts->letters + counts->leaps * 8 +
            counts->standard + counts->utc);
        counts = read_header(in, version);
        if (!counts)
            return std::nullopt;
        width = 8;
    }
    ZoneFile zone;
    for (std::size_t i = 0; i < counts->changes; ++i)
        zone.changes_.push_back(in.number(width));
    for (const char type : in.take(counts->changes))
        zone.types_.push_back(static_cast<std::uint8_t>(type));
    std::vector<std::size_t> names;
    for (std::size_t i = 0; i < counts->types; ++i) {
        zone.offsets_.push_back({in.number(4), {}});
        in.take(1);
        const auto index = in.take(1);
        names.push_back(index.empty() ? 0 : static_cast<unsigned char>(index[0]));
    }
    const auto letters = in.take(counts->letters);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] < letters.size())
            zone.offsets_[i].name =
                std::string(letters.substr(names[i], letters.substr(names[i]).find('\0')));
    }
    in.take(counts->leaps * (width + 4) + counts->standard + counts->utc);
    const bool is_whole = in.good && !zone.offsets_.empty() &&
                          std::is_sorted(zone.changes_.begin(), zone.changes_.end()) &&
                          std::all_of(zone.types_.begin(), zone.types_.end(), [&](auto type) {
                              return type < zone.offsets_.size();
                          });
    if (!is_whole)
        return std::nullopt;
    if (width == 8) {
        auto footer = in.rest();
        if (footer.size() >= 2 && footer.front() == '\n' && footer.back() == '\n')
            footer = footer.substr(1, footer.size() - 2);
        if (!footer.empty())
            zone.rule_ = RuleReader{footer}.rule();
    }
    return zone;
}

std::int64_t ZoneFile::moment(const Day& day, int year) {
    const auto first = first_day_of(year, 1);
    auto date = first + day.day;
    if (day.kind == Day::Kind::of_year_without_leap) {
        const bool is_leap = std::chrono::year(year).is_leap();
        date = first + day.day - 1 + (is_leap && day.day >= 60 ? 1 : 0);
    } else if (day.kind == Day::Kind::of_month) {
        const auto begin = first_day_of(year, day.month);
        const auto end =
            day.month == 12 ? first_day_of(year + 1, 1) : first_day_of(year, day.month + 1);
        // 1970-01-01 was a Thursday.
        const auto weekday = (begin + 4) % 7;
        date = begin + (day.day - weekday + 7) % 7 + std::int64_t{7} * (day.week - 1);
        if (date >= end)
            date -= 7;
    }
    return date * 24 * hour + day.time;
}

const ZoneFile::Offset& ZoneFile::by_rule(std::int64_t seconds) const {
    if (!rule_->summer)
        return rule_->standard;
    const auto year = year_of(seconds + rule_->standard.seconds);
    const auto begin = moment(rule_->begin, year) - rule_->standard.seconds;
    const auto end = moment(rule_->end, year) - rule_->summer->seconds;
    const bool is_summer =
        begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
    return is_summer ? *rule_->summer : rule_->standard;
}

const ZoneFile::Offset& ZoneFile::at(std::int64_t seconds) const {
    if (rule_ && (changes_.empty() || seconds >= changes_.back()))
        return by_rule(seconds);
    const auto next = std::upper_bound(changes_.begin(), changes_.end(), seconds);
    if (next == changes_.begin())
        return offsets_.front();
    return offsets_[types_[static_cast<std::size_t>(next - changes_.begin()) - 1]];
}

ZoneFile::Meaning ZoneFile::meaning(std::int64_t wall) const {
    Meaning meaning;
    meaning.before = at(wall - furthest).seconds;
    // The further east, the earlier the moment.
    const auto after = at(wall + furthest).seconds;
    std::vector<std::int64_t> candidates{meaning.before, after};
    for (auto change = std::upper_bound(changes_.begin(), changes_.end(), wall - furthest);
         change != changes_.end() && *change <= wall + furthest;
         ++change)
        candidates.push_back(at(*change).seconds);
    std::sort(candidates.begin(), candidates.end(), std::greater<>());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const auto offset : candidates) {
        if (at(wall - offset).seconds == offset)
            meaning.offsets.push_back(offset);
    }
    return meaning;
}

}  // namespace caas
