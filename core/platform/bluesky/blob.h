// Pictures on their way to Bluesky: each is uploaded as a blob first, and the record then names
// what the server answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/platform/driver.h"

namespace caas::platform::bluesky {

// The blob of each medium of a part, as the server gave it, in order.
using Blobs = std::vector<Json>;

// The word for a record refused because the server has no blob that it names; its media are then
// uploaded again.
inline constexpr std::string_view blob_not_found = "blob_not_found";

bool is_upload(std::string_view step);

// The upload to do before anything is published: of the first medium of any part that is not out
// and of which the journal holds no blob that is still good: young, and not dropped by the server.
// nullopt when all are there.
std::optional<Step> next_upload(
    const Publication& publication, const Journal& journal, int first_part, Instant now);

// Those of one part; only what next_upload has nothing to say of.
Blobs blobs_of(const Publication& publication, const Journal& journal, int part);

// One call: sends the bytes piece by piece.
Outcome upload(
    const Publication& publication, const Step& step, const Access& access, const Tools& tools);

}  // namespace caas::platform::bluesky
