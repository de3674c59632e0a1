// What changed from one version to another: the common text and, where they differ, each platform's
// own. Pure functions; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/content/version.h"
#include "core/text/diff.h"

namespace caas::content {

// Stands between two parts where a thread is compared word by word as one text: a line of its own.
constexpr std::string_view part_break = "\n\n---\n\n";

// The parts of a thread as one text, each as text_form.h writes it: one part with a line of dashes
// of its own is not the same as two.
std::string joined(const std::vector<Part>& parts);

// The differences of one text.
struct Section {
    std::string platform;  // empty: the common text
    std::vector<text::Change> changes;
    // By lines, as diff -u writes it for what `caas content show --text` prints: each part ends
    // with its line, and a line of dashes parts them. Empty when the text is the same.
    std::string unified;
    // Of JSON objects, where the options differ.
    std::string options_before;
    std::string options_after;
};

struct Difference {
    std::int64_t from = 0;
    std::int64_t to = 0;
    bool is_same = false;
    std::vector<Section> sections;  // the common text first, then platforms by their ids
};

Difference difference(const Version& from, const Version& to);

// What changed of the text that one platform gets, be it the common one or its own: one section.
Difference difference_for(const Version& from, const Version& to, std::string_view platform);

// {"from":1,"to":3,"same":false,"sections":[{"platform":null,"changes":[{"op","text"}],"unified":"…",
// "options":null|{"before":{},"after":{}}}]}
Json to_json(const Difference& difference);

}  // namespace caas::content
