// Checks a publication against a platform's rules, without the network. The same for `caas lint`,
// generate, schedule and the API. Pure, thread-safe; takes any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/platform/driver.h"
#include "core/platform/measure.h"
#include "core/platform/rule.h"

namespace caas::platform {

struct Issue {
    std::string rule;  // "x.text.too_long"
    Severity severity = Severity::error;
    std::string message;  // for a person
    int part = 0;         // 0-based
    // Of the part's text, in UTF-16 code units, end exclusive: what JavaScript and most editors
    // count in. Both 0 when the issue is not about a place in the text.
    std::size_t start = 0;
    std::size_t end = 0;
};

struct Report {
    std::string platform;
    std::int64_t length = 0;  // of the longest part, in `unit`
    std::int64_t limit = 0;   // 0: none
    Unit unit = Unit::graphemes;
    std::vector<std::int64_t> lengths;  // of each part
    std::vector<Issue> issues;          // by part, then in the order of the table

    // No rule is broken; warnings are not breaks.
    bool is_valid() const;
};

// An empty list of parts is checked as one empty text. `options` is the JSON object of the version
// for this platform.
Report lint(
    const Driver& driver,
    std::span<const Part> parts,
    MediaRule media_rule,
    const Limits& limits,
    std::string_view options = {});
// With the limits of the platform itself.
Report lint(const Driver& driver, std::span<const Part> parts, MediaRule media_rule);

// {"platform","length","limit","unit","valid","issues":[{"rule","severity","message","start","end",
// "part"}]}: interfaces.md, "Shapes scripts rely on". `limit` is null when there is none.
Json to_json(const Report& report);

// The platform's limits with what the account's own server allows: `config` may hold
// {"limits":{"text_limit":…,"url_length":…,"media_limit":…,"alt_limit":…,"picture_bytes":…,
// "picture_pixels":…,"video_bytes":…,"video_frame_rate":…}}.
Limits limits_with(const Limits& limits, std::string_view config);

}  // namespace caas::platform
