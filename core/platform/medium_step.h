// Steps that bring one medium of a part to a platform before the post that shows it. The N-th one's
// are named "append_N" …; each one's `prepared` is a JSON object that says under "upload" to which
// upload it belongs, so that what was done for a forgotten one is not taken for done. Pure; the
// pointers point into the journal that was given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform {

// "append" and 0 make "append_1".
std::string numbered(std::string_view step, std::size_t medium);
// Whether "append_1" is an "append".
bool is_numbered(std::string_view name, std::string_view step);

// What was written down with an entry; an empty object when it is none.
Json prepared_of(const Entry& entry);
Json cursor_of(const Entry& entry);

// The newest entry of the step, part and upload, whatever came of it; nullptr when there is none.
const Entry* find_newest_of(
    const Journal& journal, std::string_view name, int part, std::string_view upload);
// The oldest.
const Entry* find_first_of(
    const Journal& journal, std::string_view name, int part, std::string_view upload);

bool is_done(const Entry* entry);

// Harmless to repeat and seen by nobody.
Step medium_step(std::string_view step, std::size_t medium, int part, const Json& prepared);

// How long until a platform is asked again whether it has processed a medium: its own wish at
// first, then rarer the longer it takes, at most a minute.
Milliseconds processing_wait(Milliseconds waited, std::int64_t asked_seconds);

}  // namespace caas::platform
