// The rules that texts and media are checked against: one table for every platform. A rule's id is
// the platform's, a full stop and its name: `x.text.too_long`. Scripts depend on ids; they do not
// change. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/platform/driver.h"

namespace caas::platform {

enum class Severity : std::uint8_t { warning, error };

std::string_view name(Severity severity);

// Whether missing media are an error: not while a text is being written, but before it goes out.
enum class MediaRule : std::uint8_t { may_come_later, must_be_there };

// What one rule looks at: one part of a publication.
struct Subject {
    const Driver& driver;
    const Limits& limits;  // the driver's, or those of one account
    MediaRule media_rule = MediaRule::must_be_there;
    const Part& part;
    int number = 0;  // of the part, from 0
    int count = 1;   // of parts
    const Json& options;
    std::int64_t length = 0;  // of the text with what counts along, in the limits' unit
};

// Where and by how much a rule is broken. `begin` and `end` are bytes of the part's text.
struct Finding {
    std::int64_t found = 0;
    std::int64_t limit = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string word{};                  // fills {word}
    std::optional<Severity> severity{};  // when it is not the rule's own
};

struct Rule {
    std::string_view name;
    Severity severity;
    // {platform}, {found}, {limit}, {over}, {unit}, {ratio} and {word} are filled in.
    std::string_view message;
    bool (*applies)(const Driver& driver, const Limits& limits);
    std::optional<Finding> (*find)(const Subject& subject);
};

std::span<const Rule> rules();

// "x.text.too_long"
std::string rule_id(const Driver& driver, const Rule& rule);

}  // namespace caas::platform
