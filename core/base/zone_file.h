// One zone of the system's database: a TZif file (RFC 9636) with the rule at its end, which goes on
// for ever where the listed changes stop. Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caas {

class ZoneFile {
  public:
    // How the wall shows a moment: seconds east of UTC, and what the zone is called then.
    struct Offset {
        std::int64_t seconds = 0;
        std::string name;
    };

    // What a time on the wall means; `offsets` are those that give it, the earlier moment first.
    struct Meaning {
        std::vector<std::int64_t> offsets;  // none: a gap
        std::int64_t before = 0;            // the offset before that gap
    };

    // nullopt when the bytes are no such file.
    static std::optional<ZoneFile> parse(std::string_view bytes);

    // `seconds` since 1970, UTC.
    const Offset& at(std::int64_t seconds) const;
    // `wall`: seconds since 1970 as if the wall showed UTC.
    Meaning meaning(std::int64_t wall) const;

  private:
    // When in a year the wall is changed, in seconds since its first day began.
    struct Day {
        enum class Kind : std::uint8_t { of_year, of_year_without_leap, of_month } kind{};
        int day = 0;  // of the year, or of the week (0: Sunday)
        int month = 0;
        int week = 0;
        std::int64_t time = 0;
    };

    // A rule as POSIX writes it: CET-1CEST,M3.5.0,M10.5.0/3
    struct Rule {
        Offset standard;
        std::optional<Offset> summer;
        Day begin;  // of summer
        Day end;
    };

    struct RuleReader;

    static std::int64_t moment(const Day& day, int year);
    const Offset& by_rule(std::int64_t seconds) const;

    std::vector<std::int64_t> changes_;
    std::vector<std::uint8_t> types_;  // what begins with each change
    std::vector<Offset> offsets_;
    std::optional<Rule> rule_;
};

}  // namespace caas
