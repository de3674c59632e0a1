// Record keys of Bluesky posts. A key chosen before the first call and kept makes publishing
// exactly once: the server holds one record a key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace caas::platform::bluesky {

// A TID (atproto.com/specs/tid): 53 bits of microseconds since 1970 and 10 bits that tell makers
// apart, in 13 characters that sort by time. It is greater than `after`, when that is a key.
std::string make_record_key(Instant now, Random& random, std::string_view after);

bool is_record_key(std::string_view text);
// The microseconds in a key; nullopt when it is none.
std::optional<std::int64_t> microseconds_of(std::string_view key);

}  // namespace caas::platform::bluesky
